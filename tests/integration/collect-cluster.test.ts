import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { sharedConnections } from '#lib/etcd/connection-pool.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { collectCluster } from '#lib/inspections/collect/collect-cluster.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import type { CollectionOrder } from '#lib/inspections/collect/order.ts'
import type { FactName } from '#lib/inspections/facts.ts'
import { seenValue } from '#lib/inspections/facts.ts'
import { quorum } from '#lib/inspections/quorum.ts'
import { Secret } from '#lib/secret.ts'
import { etcdAccessOf } from '#lib/services/clusters/etcd-access.ts'
import { answeringFirst } from '#lib/services/collections/answering-first.ts'
import { seenInFacts } from '#lib/services/collections/seen-in-facts.ts'
import { exhaustSpace } from '#scripts/demo/fill.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { accessTo, countCalls } from '#tests/support/etcd-access.ts'
import { ledByNobody } from '#tests/support/etcd-leader.ts'
import { startBalancer, startBlackHole, startGrpc, startHttp2, startSilent } from '#tests/support/odd-servers.ts'

const root = { username: 'root', password: new Secret('of-root') }
const reader = { username: 'kstone-reader', password: new Secret('of-reader') }
const users = [
  { name: root.username, password: root.password },
  { name: reader.username, password: reader.password, grants: [{ access: 'read' as const, prefix: '' }] },
  { name: 'orders', password: reader.password, grants: [{ access: 'read' as const, prefix: '/orders/' }] },
  { name: 'nobody', password: reader.password },
]

const wayTo = (etcd: RunningEtcd, changes: Partial<DiagnosisAccess> = {}): DiagnosisAccess => ({
  endpoints: etcd.members.map(({ clientUrl }) => clientUrl),
  tls: { caPem: etcd.tls?.caPem },
  reader,
  root,
  addressMap: {},
  ...changes,
})

/** What every collection asks for, and nothing else. */
async function look(access: DiagnosisAccess, changes: Partial<CollectionOrder> = {}) {
  return seenInFacts(await collect(access, changes))
}

async function collect(access: DiagnosisAccess, changes: Partial<CollectionOrder>) {
  const loopback = access.endpoints.map((endpoint) => endpoint.slice(endpoint.indexOf('//') + 2))
  return await collectCluster({
    access: etcdAccessOf(access, { privateRanges: [], loopback }),
    at: new Date(),
    expectedClusterId: null,
    wanted: new Set<FactName>(),
    memory: undefined,
    isForgotten: false,
    hashDifference: null,
    isAsked: false,
    signal: AbortSignal.timeout(60_000),
    ...changes,
  })
}

const admission: CollectionOrder['wanted'] = new Set(['admission'])

const calls = (etcd: RunningEtcd, method: string) =>
  countCalls(openEtcd(accessTo(etcd)).metrics, accessTo(etcd), method)

describe('three clusters of three members, with users and TLS', () => {
  let clusters: RunningEtcd[]
  beforeAll(async () => {
    clusters = await Promise.all(
      ['3.5', '3.4', '3.5'].map((version) => startEtcd({ version, members: 3, tls: 'server', users })),
    )
  })
  afterAll(() => Promise.all(clusters.map((etcd) => etcd.stop())))

  const first = () => clusters[0] ?? expect.fail('a cluster')

  it('are each seen whole by one list and one question to each member', async () => {
    await look(wayTo(first()))
    const before = await Promise.all(
      ['MemberList', 'Status', 'Range', 'Authenticate'].map((one) => calls(first(), one)),
    )
    const seen = await look(wayTo(first()))
    const after = await Promise.all(['MemberList', 'Status', 'Range', 'Authenticate'].map((one) => calls(first(), one)))
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 3, 0, 0])
    expect(seen).toMatchObject({
      etcdClusterId: expect.stringMatching(/^\d+$/),
      version: first().version,
      leader: expect.stringMatching(/^etcd-/),
      problem: null,
      isAnswered: true,
    })
    expect(seen.members.map(({ address }) => address).sort()).toEqual(wayTo(first()).endpoints.toSorted())
    expect(seen.members.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    expect(seen.members.filter(({ isLeader }) => isLeader)).toHaveLength(1)
  })

  it('have one password proven each for 200 looks, at little cost to this process', async () => {
    const before = await Promise.all(clusters.map((etcd) => calls(etcd, 'Authenticate')))
    const started = process.cpuUsage()
    const looks = Array.from({ length: 200 }, (_, index) => {
      const etcd = clusters[index % clusters.length]
      return etcd ? look(wayTo(etcd)) : expect.fail('a cluster')
    })
    for (const { members } of await Promise.all(looks))
      expect(members.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    const { user, system } = process.cpuUsage(started)
    const cpuMs = (user + system) / 1000 / looks.length
    process.stdout.write(`A light look takes ${cpuMs.toFixed(1)} ms of processor time\n`)
    const after = await Promise.all(clusters.map((etcd) => calls(etcd, 'Authenticate')))
    for (const [index, count] of after.entries()) expect(count - (before[index] ?? 0)).toBeLessThanOrEqual(1)
    // Three times what it takes on a quiet machine.
    expect(cpuMs).toBeLessThan(45)
  })

  it('do not have a refused password tried again, and show their members all the same', async () => {
    const wrong = wayTo(first(), { reader: { ...reader, password: new Secret('wrong') } })
    const before = await calls(first(), 'Authenticate')
    for (const seen of [await look(wrong), await look(wrong), await look(wrong)]) {
      expect(seen).toMatchObject({ problem: 'etcd-auth-failed', isAnswered: true })
      expect(seen.members.map(({ state }) => state)).toEqual(['up', 'up', 'up'])
    }
    expect((await calls(first(), 'Authenticate')) - before).toBe(1)
  })

  it('tell by one key whether they let us in, be it to few keys or none', async () => {
    const admissionOf = async (etcd: RunningEtcd, who: Pick<DiagnosisAccess, 'reader'>) => {
      const before = await calls(etcd, 'Range')
      const { reader: _reader, root: _root, ...nameless } = wayTo(etcd)
      const { facts } = await collect({ ...nameless, ...who }, { wanted: admission })
      const ranges = (await calls(etcd, 'Range')) - before
      return { ranges, ...(seenValue(facts.admission) ?? expect.fail(JSON.stringify(facts.admission))) }
    }
    const by = (username: string) => ({ reader: { ...reader, username } })
    for (const etcd of clusters) {
      await look(wayTo(etcd))
      const connections = sharedConnections().openCount
      for (const username of [reader.username, 'orders', 'nobody']) {
        expect(await admissionOf(etcd, by(username))).toEqual({ ranges: 1, username, refusal: null })
      }
      expect(await admissionOf(etcd, {})).toEqual({
        ...{ ranges: 1, username: null, refusal: 'etcd-auth-required' },
      })
      const stranger = { username: 'stranger', refusal: 'etcd-auth-failed' }
      expect(await admissionOf(etcd, by('stranger'))).toEqual({ ranges: 0, ...stranger })
      expect(sharedConnections().openCount).toBe(connections)
    }
  })

  it('do not have a password tried again that was changed since, and are not asked for a key with it', async () => {
    const etcd = clusters[1] ?? expect.fail('a cluster')
    const access = wayTo(etcd, { reader: { ...reader, username: 'orders' } })
    expect((await collect(access, { wanted: admission })).refusal).toBeNull()
    const before = await calls(etcd, 'Authenticate')
    await etcdctl(etcd, ['--user=root:of-root', 'user', 'passwd', 'orders', '--interactive=false'], 'another\n')
    const changed = await calls(etcd, 'Authenticate')
    for (let time = 1; time <= 3; time += 1) {
      const { facts, refusal } = await collect(access, { wanted: admission })
      expect(refusal).toMatchObject({ code: 'etcd-auth-failed' })
      expect(seenValue(facts.admission)).toEqual({ username: 'orders', refusal: 'etcd-auth-failed' })
    }
    expect(changed - before).toBe(1)
    expect((await calls(etcd, 'Authenticate')) - changed).toBe(1)
  })

  it('are not taken for one another', async () => {
    const seen = await look(wayTo(first()), { expectedClusterId: 12_345n })
    expect(seen).toMatchObject({ isAnswered: true, members: [] })
    expect(seen.etcdClusterId).not.toBe('12345')
  })

  it('show who is gone, who hangs, and who cannot be asked from here', async () => {
    const [one, two, three] = first().members
    if (!one || !two || !three) return expect.fail('three members')
    const statesOf = async (access: DiagnosisAccess) => {
      const { members } = await look(access)
      return Object.fromEntries(members.map(({ name, state }) => [name, state]))
    }
    const all = { [one.name]: 'up', [two.name]: 'up', [three.name]: 'up' }
    expect(await statesOf(wayTo(first(), { endpoints: [two.clientUrl, three.clientUrl] }))).toEqual({
      ...all,
      [one.name]: 'unknown',
    })
    one.kill('SIGSTOP')
    expect(await statesOf(wayTo(first()))).toEqual({ ...all, [one.name]: 'down' })
    one.kill('SIGCONT')
    one.kill('SIGKILL')
    await expect.poll(() => one.isRunning).toBe(false)
    await expect.poll(async () => (await look(wayTo(first()))).leader).not.toBeNull()
    expect(await statesOf(wayTo(first()))).toEqual({ ...all, [one.name]: 'down' })
    two.kill('SIGKILL')
    await expect.poll(() => two.isRunning).toBe(false)
    const lost = () => look(wayTo(first())).then(({ leader }) => leader)
    await expect.poll(lost, { timeout: 20_000 }).toBeNull()
    expect(await statesOf(wayTo(first()))).toEqual({ ...all, [one.name]: 'down', [two.name]: 'down' })
  })
})

describe.concurrent('of three members two that swallow everything', () => {
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const

  it.each(pairs)('%i and %i, leave the third to be asked, and quorum to be judged', async (...gone) => {
    await using etcd = await startEtcd({ members: 3 })
    await using hole = await startBlackHole()
    await using other = await startBlackHole()
    const places = etcd.members.map(({ clientUrl }) => new URL(clientUrl).host)
    const holes = gone.map((index, at) => [places[index] ?? '', `127.0.0.1:${[hole, other][at]?.port}`] as const)
    const addressMap = Object.fromEntries(holes)
    const endpoints = places.map((place) => `http://${addressMap[place] ?? place}`)
    await expectJudged({ endpoints, tls: {}, addressMap }, 'quorum-not-seen')
    const all = { endpoints: wayTo(etcd).endpoints, tls: {}, addressMap: {} }
    const { memory } = await collectTwice(all, undefined)
    for (const index of gone) etcd.members[index]?.kill('SIGSTOP')
    const alive = etcd.members.filter((_, index) => !gone.some((one) => one === index))
    await ledByNobody({ members: alive, tls: etcd.tls })
    await expectJudged(all, 'quorum-lost', memory)
    for (const index of gone) etcd.members[index]?.kill('SIGCONT')
  })

  async function expectJudged(access: DiagnosisAccess, code: string, before?: Memory) {
    const { memory } = await collectTwice(access, before)
    const [judged] = quorum.judge(memory.facts, {})
    expect(judged, JSON.stringify(judged?.verdict)).toMatchObject({
      code,
      evidence: { up: 1, total: 3, unseen: 'none' },
    })
  }

  async function collectTwice(access: DiagnosisAccess, before: Memory | undefined) {
    let memory = before
    for (const attempt of [1, 2]) {
      const endpoints = [...answeringFirst(access.endpoints, { memory, attempt })]
      memory = await collect({ ...access, endpoints }, { memory })
    }
    return { memory: memory ?? expect.fail('a memory') }
  }
})

it.each(['3.4', '3.5'])('tells of an alarm that etcd %s has raised, without asking once more', async (version) => {
  await using full = await startEtcd({ version, quotaBytes: 16 * 1024 * 1024 })
  expect((await look(wayTo(full, { tls: {} }))).alarms).toEqual([])
  await exhaustSpace(full)
  expect(await look(wayTo(full, { tls: {} }))).toMatchObject({
    alarms: ['NOSPACE'],
    problem: null,
    version: full.version,
  })
})

it('finds members where they were named, when they advertise what leads nowhere from here', async () => {
  await using hidden = await startEtcd({ extraArgs: ['--advertise-client-urls=http://10.99.0.1:2379'] })
  const access = wayTo(hidden, { tls: {} })
  expect((await look(access)).members).toMatchObject([{ state: 'up', address: access.endpoints[0] }])
})

it('shows of members behind a balancer only what each said itself', async () => {
  await using etcd = await startEtcd({ members: 3 })
  const places = etcd.members.map(({ clientUrl }) => new URL(clientUrl))
  await using balancer = await startBalancer(places.map(({ port }) => Number(port)))
  const front = `127.0.0.1:${balancer.port}`
  const addressMap = Object.fromEntries(places.map(({ host }) => [host, front]))
  const collected = await collect({ endpoints: [`http://${front}`], tls: {}, addressMap }, {})
  const { members } = seenInFacts(collected)
  expect(members.map(({ state, problem }) => [state, problem]).toSorted()).toEqual([
    ['unknown', 'another-answered'],
    ['unknown', 'another-answered'],
    ['up', null],
  ])
  expect(members.filter(({ dbSizeBytes, version }) => dbSizeBytes !== null || version !== '')).toHaveLength(1)
  for (const [id, { value }] of Object.entries(collected.lastStatus)) expect(String(value.header.memberId)).toBe(id)
  expect(Object.keys(collected.lastStatus)).toHaveLength(1)
})

it('is over in time when nobody answers, and says that nobody did', async () => {
  await using hole = await startBlackHole()
  await using silent = await startSilent()
  const endpoints = [hole, silent].map(({ port }) => `http://127.0.0.1:${port}`)
  const startedMs = performance.now()
  const looks = Array.from({ length: 16 }, () => look({ endpoints, tls: {}, reader, addressMap: {} }))
  for (const seen of await Promise.all(looks)) expect(seen).toMatchObject({ members: [], isAnswered: false })
  expect(performance.now() - startedMs).toBeLessThan(12_000)
})

it('knows a user to be needed where strangers are told nothing at all, as by the newest etcds', async () => {
  await using strict = await startHttp2((stream) => {
    const refusal = { 'grpc-status': '3', 'grpc-message': 'etcdserver: user name is empty' }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...refusal }, { endStream: true })
  })
  const access = { endpoints: [`http://127.0.0.1:${strict.port}`], tls: {}, addressMap: {} }
  const { facts } = await collect(access, { wanted: admission })
  expect(seenValue(facts.admission)).toEqual({ username: null, refusal: 'etcd-auth-required' })
})

it('throws away what it saw while this process stood still', async () => {
  await using server = await startGrpc(() => {
    const untilMs = performance.now() + 1500
    while (performance.now() < untilMs);
    return undefined
  })
  const access = { endpoints: [`http://127.0.0.1:${server.port}`], tls: {}, addressMap: {} }
  await expect(look(access)).rejects.toMatchObject({ code: 'dependency-unavailable' })
})
