import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DiagnosisAccess } from '#lib/clusters/diagnosis/diagnose.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import { getFreePorts } from '#lib/etcd-server/free-ports.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { expectFinding, look } from '#tests/support/odd-findings.ts'
import { startBalancer } from '#tests/support/odd-servers.ts'

type Access = Omit<DiagnosisAccess, 'addressMap'>

const portsOf = (etcd: RunningEtcd) => etcd.members.map(({ endpoint }) => endpoint.port)
const accessTo = (ports: readonly number[]): Access => ({
  endpoints: ports.map((port) => `http://127.0.0.1:${port}`),
  tls: {},
})

let three: RunningEtcd
let ports: number[]

beforeAll(async () => {
  three = await startEtcd({ members: 3 })
  ports = portsOf(three)
})
afterAll(() => three?.stop())

describe('the members of a cluster', () => {
  it('are found by one of them, and all reached', async () => {
    const access = accessTo(ports.slice(0, 1))
    const diagnosis = await look(access, { more: ports })
    await expectFinding(access, diagnosis, {
      stage: 'members',
      code: 'members-reachable',
      evidence: { total: 3, names: expect.arrayContaining(['etcd-1', 'etcd-2', 'etcd-3']) },
      shows: /etcd-3/,
    })
    await expectFinding(access, diagnosis, {
      stage: 'quorum',
      code: 'quorum-held',
      evidence: { up: 3, total: 3, needed: 2 },
      shows: /3\.5\.\d+/,
    })
    await expectFinding(access, diagnosis, {
      stage: 'metrics',
      code: 'metrics-read',
      evidence: { read: 1 },
      shows: /promhttp|\d/,
    })
    expect(diagnosis.view.summary).toMatchObject({
      membersTotal: 3,
      membersUp: 3,
      leader: expect.stringMatching(/^etcd-/),
    })
    const addresses = diagnosis.members.map(({ address }) => address)
    expect(addresses.sort()).toEqual(three.members.map(({ clientUrl }) => clientUrl).sort())
    expect(diagnosis.members.filter(({ isLeader }) => isLeader)).toHaveLength(1)
  })

  it('are told to be of no use from here where their addresses are denied, with what would open them', async () => {
    const access = accessTo(ports.slice(0, 1))
    const diagnosis = await look(access)
    const denied = diagnosis.view.stages.filter(({ code }) => code === 'member-address-not-usable')
    expect(denied.map(({ evidence }) => evidence.grant).sort()).toEqual(
      ports
        .slice(1)
        .map((port) => `--allow 127.0.0.1:${port}`)
        .sort(),
    )
    await expectFinding(access, diagnosis, {
      stage: 'members',
      code: 'member-address-not-usable',
      evidence: { reason: 'address-denied' },
      shows: new RegExp(`127\\.0\\.0\\.1:${ports[1]}`),
    })
    await expectFinding(access, diagnosis, {
      stage: 'quorum',
      code: 'quorum-not-told',
      evidence: { up: 1, total: 3, needed: 2 },
      shows: /etcd|3\.5/,
    })
    expect(diagnosis.view.isUsable).toBe(true)
    expect(diagnosis.members.map(({ state }) => state).sort()).toEqual(['unknown', 'unknown', 'up'])
  })

  it('are reached where a map says they are, as behind NAT', async () => {
    const advertised = 'http://10.99.0.1:2379'
    await using hidden = await startEtcd({ extraArgs: [`--advertise-client-urls=${advertised}`] })
    const [port = 0] = portsOf(hidden)
    const access = accessTo([port])
    const without = await look(access)
    await expectFinding(access, without, {
      stage: 'members',
      code: 'member-address-not-usable',
      evidence: { member: 'etcd-1', address: advertised, grant: 'ALLOW_PRIVATE_CIDRS=10.99.0.1/32' },
      shows: /10\.99\.0\.1/,
    })
    expect(without.members).toMatchObject([{ state: 'up', address: `http://127.0.0.1:${port}` }])
    const mapped = await look({ ...access, addressMap: { '10.99.0.1:2379': `127.0.0.1:${port}` } })
    expect(mapped.view.stages).toContainEqual(expect.objectContaining({ code: 'members-reachable' }))
  })

  it('of two clusters are told apart', async () => {
    await using other = await startEtcd()
    const access = accessTo([...ports.slice(0, 1), ...portsOf(other)])
    const diagnosis = await look(access, { more: ports })
    await expectFinding(access, diagnosis, {
      stage: 'members',
      code: 'members-of-two-clusters',
      evidence: {
        clusters: [expect.stringContaining(`:${ports[0]}`), expect.stringContaining(`:${portsOf(other)[0]}`)],
      },
      shows: /ClusterID[\s\S]*ClusterID/,
    })
    expect(diagnosis.view.isUsable).toBe(false)
  })
})

describe('something in front of a cluster', () => {
  it('is told of a balancer', async () => {
    await using balancer = await startBalancer(ports)
    await expectProxy(balancer.port, 'balancer', /MemberID[\s\S]*MemberID/)
  })

  it.each([
    ['gateway', 'balancer', /MemberID[\s\S]*MemberID/],
    ['grpc-proxy', 'proxy', /MemberID[\s\S]*MemberID/],
  ] as const)('is told of an etcd %s', async (program, kind, shows) => {
    const [port = 0] = await getFreePorts('127.0.0.1', 1)
    await using _ = await startProxy(program, port, ports)
    await expectProxy(port, kind, shows)
  })

  it('is told of a gRPC proxy that has only one member behind it', async () => {
    const [port = 0] = await getFreePorts('127.0.0.1', 1)
    await using _ = await startProxy('grpc-proxy', port, ports.slice(0, 1))
    await expectProxy(port, 'proxy', /404/)
  })

  async function expectProxy(port: number, kind: string, shows: RegExp): Promise<void> {
    const access = accessTo([port])
    const diagnosis = await look(access, { more: ports })
    await expectFinding(access, diagnosis, { stage: 'etcd', code: 'etcd-proxy-in-front', evidence: { kind }, shows })
  }

  async function startProxy(program: string, port: number, targets: readonly number[]): Promise<AsyncDisposable> {
    const listen = `127.0.0.1:${port}`
    const endpoints = targets.map((target) => `127.0.0.1:${target}`).join(',')
    const args = [program, 'start', `--listen-addr=${listen}`, `--endpoints=${endpoints}`]
    const child = spawn(three.binaries.etcd, args, { stdio: 'ignore' })
    await expect
      .poll(() => etcdctl(three, ['--endpoints', listen, 'endpoint', 'health']), { timeout: 10_000 })
      .toBeDefined()
    return {
      async [Symbol.asyncDispose]() {
        child.kill('SIGKILL')
        await once(child, 'exit')
      },
    }
  }
})

describe('a cluster in trouble', () => {
  it('shows an alarm', async () => {
    await using full = await startEtcd({ version: '3.4', quotaBytes: 1024 * 1024 })
    const value = 'x'.repeat(100_000)
    for (let index = 0; index < 30; index += 1) await etcdctl(full, ['put', `k${index}`, value]).catch(() => undefined)
    const access = accessTo(portsOf(full))
    await expectFinding(access, await look(access), {
      stage: 'etcd',
      code: 'etcd-alarm',
      evidence: { alarms: [expect.stringContaining('NOSPACE')] },
      shows: /NOSPACE/,
    })
  })

  it('is usable where pages are served elsewhere, without its metrics', async () => {
    const [port = 0] = await getFreePorts('127.0.0.1', 1)
    await using apart = await startEtcd({ extraArgs: [`--listen-client-http-urls=http://127.0.0.1:${port}`] })
    const access = accessTo(portsOf(apart))
    const diagnosis = await look(access)
    await expectFinding(access, diagnosis, {
      stage: 'metrics',
      code: 'metrics-not-found',
      evidence: { reason: expect.stringMatching(/^connection-reset|^answer-unreadable/) },
      shows: /HTTP\/0\.9|Empty reply|reset/,
    })
    expect(diagnosis.view.isUsable).toBe(true)
    expect(diagnosis.view.stages).toContainEqual(expect.objectContaining({ code: 'etcd-answers' }))
  })

  it('tells a member that hangs, one that is gone, and a lost quorum', async () => {
    const [first, second, third] = three.members
    if (!first || !second || !third) return expect.fail('three members')
    const access = accessTo(ports.slice(0, 1))

    third.kill('SIGSTOP')
    const hanging = await look(access, { more: ports })
    await expectFinding(access, hanging, {
      stage: 'members',
      code: 'member-not-reachable',
      evidence: { member: third.name, address: third.clientUrl, reason: 'connection-timed-out' },
      shows: /Connected to/,
    })
    third.kill('SIGCONT')

    third.kill('SIGKILL')
    await expect.poll(() => third.isRunning).toBe(false)
    const gone = await look(access, { more: ports })
    await expectFinding(access, gone, {
      stage: 'members',
      code: 'member-not-reachable',
      evidence: { member: third.name, address: third.clientUrl, reason: 'connection-refused' },
      shows: /Connection refused/,
    })
    await expectFinding(access, gone, {
      stage: 'quorum',
      code: 'quorum-at-risk',
      evidence: { up: 2, total: 3, needed: 2 },
      shows: /Failed to get the status|refused/,
    })
    expect(gone.members.find(({ name }) => name === third.name)).toMatchObject({ state: 'down', address: null })
    expect(gone.view).toMatchObject({ verdict: 'warn', isUsable: true, summary: { membersTotal: 3, membersUp: 2 } })

    second.kill('SIGKILL')
    const lost = async () => (await look(access, { more: ports })).view.stages.map(({ code }) => code)
    await expect.poll(lost, { timeout: 15_000 }).toContain('etcd-no-leader')
    const leaderless = await look(access, { more: ports })
    await expectFinding(access, leaderless, { stage: 'etcd', code: 'etcd-no-leader', shows: /no leader/ })
    await expectFinding(access, leaderless, {
      stage: 'quorum',
      code: 'quorum-lost',
      evidence: { up: 1, total: 3, needed: 2 },
      shows: /Failed to get the status|refused/,
    })
    expect(leaderless.view.summary).toMatchObject({ leader: null, membersUp: 1 })
  })
})
