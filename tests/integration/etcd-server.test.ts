import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Validity } from '#lib/etcd-server/certificates.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import type { EtcdOptions } from '#lib/etcd-server/etcd-options.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import { findEtcdBinaries } from '#lib/etcd-server/find-binaries.ts'
import { endForgottenEtcd } from '#lib/etcd-server/forgotten-clusters.ts'
import { runEtcd } from '#lib/etcd-server/run-cluster.ts'
import { findProcess, isAlive } from '#lib/process-mark.ts'
import { Secret } from '#lib/secret.ts'
import { addMs, dayMs } from '#lib/time.ts'
import { ensureEtcd } from '#scripts/servers/etcd-install.ts'
import { startEtcd } from '#tests/support/etcd.ts'

beforeAll(async () => {
  await ensureEtcd()
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kstone-etcd-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe.each(['3.4', '3.5'])('an etcd %s of our own', (version) => {
  it('serves, keeps what it holds over a restart, and leaves nothing behind', async () => {
    const etcd = await startEtcd({ version })
    await etcdctl(etcd, ['put', 'colour', 'green'])
    await etcd.members[0]?.restart()
    expect(await etcdctl(etcd, ['get', 'colour', '--print-value-only'])).toBe('green')
    await etcd.stop()
    expect([etcd.members.some((member) => member.isRunning), existsSync(etcd.dataDir)]).toEqual([false, false])
  })
})

describe('three members with mutual TLS and users', () => {
  it('let in whoever shows certificate and password, as far as the role goes, also while one member is down', async () => {
    const users = [
      { name: 'root', password: new Secret('of-root') },
      { name: 'app', password: new Secret('of-app'), grants: [{ access: 'readwrite' as const, prefix: '/app/' }] },
    ]
    await using etcd = await startEtcd({ members: 3, tls: 'mutual', users })
    const asApp = (...args: string[]) => etcdctl(etcd, ['--user=app:of-app', ...args])
    expect(await asApp('put', '/app/a', '1')).toBe('OK')
    await expect(asApp('put', '/other', '1')).rejects.toThrow('permission denied')
    await expect(etcdctl(etcd, ['--user=app:wrong', 'get', '/app/a'])).rejects.toThrow('authentication failed')

    const [first, second] = etcd.members
    if (!first || !second || !etcd.tls) throw new Error('no members or no TLS')
    await expect(handshake(second.endpoint.port, { ca: etcd.tls.caPem })).resolves.toMatch(
      /certificate required|bad certificate/,
    )
    first.kill('SIGKILL')
    await expect.poll(() => first.isRunning).toBe(false)
    // The one that was killed may have been the leader; until there is another, a write is refused.
    await expect.poll(() => asApp('put', '/app/b', '2').catch(String), { timeout: 10_000 }).toBe('OK')
    await first.restart()
    const alone = { ...etcd, binaries: etcd.binaries, tls: etcd.tls, members: [first] }
    expect(await etcdctl(alone, ['--user=app:of-app', 'get', '/app/b', '--print-value-only'])).toBe('2')
  })
})

/** What a TLS client is told; `connected` when nobody objects within the moment a server needs to object. */
function handshake(port: number, options: { ca: string }): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ...options })
    const say = (word: string) => {
      socket.destroy()
      resolve(word)
    }
    socket.once('error', (error: NodeJS.ErrnoException) => say(`${error.code} ${error.message}`))
    // With TLS 1.3 a server looks at the client's certificate only after the client is done.
    socket.once('secureConnect', () => setTimeout(() => say('connected'), 500))
  })
}

describe('certificates made to order', () => {
  const now = new Date()
  const cases: [string, string, Validity & { hosts?: string[] }][] = [
    ['good', 'connected', {}],
    ['expired', 'CERT_HAS_EXPIRED', { notBefore: addMs(now, -9 * dayMs), notAfter: addMs(now, -dayMs) }],
    ['not yet valid', 'CERT_NOT_YET_VALID', { notBefore: addMs(now, dayMs) }],
    ['for another name', 'ERR_TLS_CERT_ALTNAME_INVALID', { hosts: ['elsewhere.example', '10.1.2.3'] }],
  ]

  it('are seen by clients as what they are', async () => {
    const authority = await makeAuthority('test authority')
    const stranger = await makeAuthority('test authority')
    const outcomes = cases.map(async ([, , odd]) => {
      const server = await authority.issue({ name: 'etcd', hosts: ['127.0.0.1'], usages: ['server', 'client'], ...odd })
      await using etcd = await startEtcd({ tls: 'server', certificates: { server, caPem: authority.certPem } })
      const port = etcd.members[0]?.endpoint.port ?? 0
      return [await handshake(port, { ca: authority.certPem }), await handshake(port, { ca: stranger.certPem })]
    })
    const seen = await Promise.all(outcomes)
    for (const [index, [name, word]] of cases.entries()) expect(seen[index]?.[0], name).toContain(word)
    expect(seen[0]?.[1]).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/)
  })
})

/** A process that runs a cluster, as this one could be killed. */
async function startOwner(options: Partial<EtcdOptions> & { dataDir: string }) {
  const script = fileURLToPath(new URL('../support/etcd-owner.ts', import.meta.url))
  const words = JSON.stringify({ version: '3.5', isThrowaway: true, ...options })
  const child = spawn(process.execPath, [script, words], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(child.stdout, 'data')
  const members: { pid: number; clientUrl: string }[] = JSON.parse(String(line))
  const kill = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { members, kill }
}

describe('when the process that runs a cluster is killed', () => {
  it('the next one in the same folder finds everything: the living members, the dead one, the data', async () => {
    const dataDir = join(makeFolder(), 'etcd')
    const owner = await startOwner({ dataDir, members: 3, tls: 'mutual' })
    await expect(runEtcd({ version: '3.5', dataDir })).rejects.toMatchObject({ code: 'conflict' })
    await owner.kill()
    const [first, second, third] = owner.members.map(({ pid }) => pid)
    process.kill(second ?? 0, 'SIGKILL')
    await expect.poll(() => findProcess(second ?? 0)).toBeUndefined()

    const etcd = await runEtcd({ version: '3.5', dataDir, isThrowaway: true })
    const pids = etcd.members.map((member) => member.pid)
    expect([pids[0], pids[2]]).toEqual([first, third])
    expect(pids[1]).not.toBe(second)
    expect(etcd.members.map((member) => member.clientUrl)).toEqual(owner.members.map((member) => member.clientUrl))
    expect(await etcdctl(etcd, ['put', 'a', '1'])).toBe('OK')
    await etcd.stop()
    expect([pids.map(findProcess), existsSync(dataDir)]).toEqual([[undefined, undefined, undefined], false])
  })

  it('a sweep ends what nobody owns, spares what somebody owns, and never touches a stranger with a used pid', async () => {
    const parent = makeFolder()
    const forgotten = await startOwner({ dataDir: join(parent, 'forgotten') })
    const kept = await startOwner({ dataDir: join(parent, 'kept'), keepsData: true })
    await using owned = await startEtcd({ dataDir: join(parent, 'owned') })
    const stranger = spawn('sleep', ['60'], { stdio: 'ignore' })
    onTestFinished(() => void stranger.kill())
    await once(stranger, 'spawn')
    const strange = join(parent, 'strange')
    mkdirSync(strange)
    const record = JSON.parse(readFileSync(join(parent, 'owned', 'cluster.json'), 'utf8'))
    record.members[0].process = findProcess(stranger.pid ?? 0)
    writeFileSync(join(strange, 'cluster.json'), JSON.stringify(record))

    await Promise.all([forgotten.kill(), kept.kill()])
    expect((await endForgottenEtcd(parent)).toSorted()).toEqual([join(parent, 'forgotten'), strange])
    const pids = [forgotten, kept].map(({ members }) => members[0]?.pid ?? 0)
    expect(pids.map(findProcess)).toEqual([undefined, undefined])
    expect(existsSync(join(parent, 'kept', 'etcd-1', 'data'))).toBe(true)
    expect([owned.members[0]?.isRunning, stranger.exitCode, stranger.signalCode]).toEqual([true, null, null])
  })

  it('its members go with it where that was asked for and the system can do it', async () => {
    const owner = await startOwner({ dataDir: join(makeFolder(), 'etcd'), endsWithParent: true })
    const mark = findProcess(owner.members[0]?.pid ?? 0)
    if (!mark) throw new Error('etcd does not run')
    await owner.kill()
    if (process.platform !== 'linux') process.kill(mark.pid, 'SIGKILL')
    await expect.poll(() => isAlive(mark)).toBe(false)
  })
})

describe('a cluster that is not to be had', () => {
  it('of a version that is nowhere: says which there are, where it looked and what to do', async () => {
    const missing = startEtcd({ version: '3.6' })
    await expect(missing).rejects.toMatchObject({ code: 'etcd-binary-missing', details: { version: '3.6' } })
    await expect(missing).rejects.toThrow(/found .*3\.5\.\d+ \(.*ETCD_BINARIES/s)
    await expect(findEtcdBinaries('3.5', ['/nowhere'])).rejects.toThrow('no etcd at all in /nowhere')
  })

  it('because etcd refuses to start: says why in its words, and leaves nothing behind', async () => {
    const dataDir = join(makeFolder(), 'etcd')
    const failing = startEtcd({ dataDir, extraArgs: ['--no-such-option'] })
    await expect(failing).rejects.toMatchObject({ code: 'etcd-start-failed', details: { member: 'etcd-1' } })
    await expect(failing).rejects.toThrow('no-such-option')
    expect(existsSync(dataDir)).toBe(false)
  })

  it('because a port is never free: gives up after a few others, and leaves nothing behind', async () => {
    const dataDir = join(makeFolder(), 'etcd')
    await using other = await startEtcd()
    const failing = startEtcd({ dataDir, extraArgs: [`--listen-metrics-urls=${other.members[0]?.clientUrl}`] })
    await expect(failing).rejects.toThrow('address already in use')
    expect(existsSync(dataDir)).toBe(false)
  })

  it('because the folder holds another kind: says what is there', async () => {
    const dataDir = join(makeFolder(), 'etcd')
    await using etcd = await startEtcd({ dataDir, keepsData: true })
    await etcd.stop()
    await expect(startEtcd({ dataDir, version: '3.4' })).rejects.toThrow(/holds etcd 3\.5.*asked for was etcd 3\.4/)
    await using again = await startEtcd({ dataDir })
    expect(again.members[0]?.clientUrl).toBe(etcd.members[0]?.clientUrl)
  })
})

describe('limits', () => {
  const value = 'x'.repeat(1_000_000)

  it.each([
    ['disk', { diskMaxBytes: 80 * 2 ** 20 }, 40],
    ['memory', { memoryMaxBytes: 2 ** 20 }, 0],
  ])('a cluster that takes more %s than it may is stopped with the reason', async (resource, limit, puts) => {
    await using etcd = await startEtcd(limit)
    const fill = async () => {
      for (let i = 0; i < puts && !etcd.failure.aborted; i += 1) await etcdctl(etcd, ['put', `k${i}`], value)
    }
    await fill().catch(() => undefined)
    await expect.poll(() => etcd.failure.aborted, { timeout: 5000 }).toBe(true)
    expect(etcd.failure.reason).toMatchObject({ code: 'etcd-limit-exceeded', details: { resource } })
    await expect.poll(() => etcd.members.some((member) => member.isRunning)).toBe(false)
  })

  it('the quota of etcd itself is reached where it was set', async () => {
    await using etcd = await startEtcd({ version: '3.4', quotaBytes: 4 * 2 ** 20 })
    const fill = async () => {
      for (let i = 0; i < 20; i += 1) await etcdctl(etcd, ['put', `k${i}`], value)
    }
    await expect(fill()).rejects.toThrow('database space exceeded')
    expect(await etcdctl(etcd, ['alarm', 'list'])).toContain('NOSPACE')
  })
})

it('five clusters started at once get ports of their own', async () => {
  await using stack = new AsyncDisposableStack()
  const clusters = await Promise.all(Array.from({ length: 5 }, () => startEtcd()))
  for (const etcd of clusters) stack.use(etcd)
  const ports = clusters.flatMap(({ members }) => members.flatMap((m) => [m.endpoint.port, m.peerEndpoint.port]))
  expect(new Set(ports).size).toBe(10)
})
