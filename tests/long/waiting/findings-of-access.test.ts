import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import { makeAuthority } from '#lib/etcd-server/certificates.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import { setUpUsers } from '#lib/etcd-server/set-up-users.ts'
import { Secret } from '#lib/secret.ts'
import { updateCluster } from '#lib/services/clusters/update-cluster.ts'
import { addMs, dayMs, hourMs } from '#lib/time.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { follow, inspectRested, namesIn } from '#tests/support/findings-watch.ts'
import { watchRelayed } from '#tests/support/relayed-etcd.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'

let fleet: WatchedFleet
beforeAll(async () => {
  fleet = await openWatchedFleet()
}, 300_000)
afterAll(() => fleet?.[Symbol.asyncDispose]())

const verdictOf = async (watched: Watched, inspection: string) =>
  (await fleet.verdicts(watched)).find((verdict) => verdict.inspection === inspection)

async function change({ team, clusterId }: Watched, body: object): Promise<void> {
  await updateCluster(team, { clusterId, ...updateClusterBody.parse(body) })
}

describe.each(['3.4', '3.5'])('an etcd %s', (version) => {
  it('whose certificate ends in 5 days is told of, and so is ours that ends in 20, until there are new ones', async () => {
    const authority = await makeAuthority('etcd')
    const hosts = ['127.0.0.1', 'localhost']
    const inDays = (days: number) => addMs(new Date(), days * dayMs + hourMs)
    const server = (days: number) =>
      authority.issue({ name: 'etcd-1', hosts, usages: ['server', 'client'], notAfter: inDays(days) })
    const client = (days: number) => authority.issue({ name: 'kstone', usages: ['client'], notAfter: inDays(days) })
    const { certPem: caPem } = authority
    const [shown, ours] = [await server(5), await client(20)]
    const certificates = { caPem, clientCaPem: caPem, server: shown, client: ours }
    await using etcd = await startEtcd({ version, tls: 'mutual', certificates })
    const tls = { caPem, clientCertPem: ours.certPem, clientKeyPem: ours.keyPem.reveal() }
    const watched = await fleet.watch(etcd, { tls })
    const findings = follow(fleet, watched)

    const expiring = await findings.opens('certificate-expiring')
    const [member] = etcd.members
    const told = expiring.map(({ severity, evidence }) => ({ severity, ...evidence }))
    expect(told).toHaveLength(2)
    expect(told).toContainEqual(
      expect.objectContaining({
        ...{ severity: 3, owner: 'server', member: 'etcd-1', address: member?.clientUrl, days: 5, name: 'CN=etcd-1' },
        notAfter: expect.stringMatching(/Z$/),
      }),
    )
    expect(told).toContainEqual(
      expect.objectContaining({ severity: 2, owner: 'client', member: 'none', days: 20, name: 'CN=kstone' }),
    )
    await findings.stayOpenOnce(expiring)
    await follow(fleet, watched, fleet.inspect).stayOpenOnce(expiring)

    const renewed = await server(300)
    if (!etcd.tls) return expect.fail('TLS')
    await writeFile(etcd.tls.paths.serverCert, renewed.certPem)
    await writeFile(etcd.tls.paths.serverKey, renewed.keyPem.reveal())
    const asked = follow(fleet, watched, fleet.inspect)
    await asked.resolve(expiring.filter(({ evidence }) => evidence.owner === 'server'))
    expect(await findings.openCodes()).toEqual(['certificate-expiring'])
    const ourNew = await client(300)
    await change(watched, {
      tls: { ...tls, clientCertPem: ourNew.certPem, clientKeyPem: ourNew.keyPem.reveal() },
    })
    await asked.resolve(expiring)
    expect(await findings.openCodes()).toEqual([])
  })

  it('that asks for names from now on, or takes ours no more, is told of and not said to be well, until it lets us in', async () => {
    await using etcd = await startEtcd({ version, members: 3 })
    const watched = await fleet.watch(etcd)
    const findings = follow(fleet, watched)
    const { openCodes } = findings
    await fleet.inspect(watched)
    const unseen = ['consistency', 'key-count']
    const verdictsOf = () => Promise.all(unseen.map((inspection) => verdictOf(watched, inspection)))
    expect(await verdictsOf()).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }])

    const [root, reader] = ['of-root', 'of-reader']
    await setUpUsers(etcd, [
      { name: 'root', password: new Secret(root) },
      { name: 'kstone-reader', password: new Secret(reader), grants: [{ access: 'read', prefix: '' }] },
    ])
    const needed = await findings.opens('user-needed')
    expect(needed).toMatchObject([{ key: 'access', severity: 2, evidence: { problem: 'etcd-auth-required' } }])
    await findings.stayOpenOnce(needed)
    await inspectRested(fleet, watched)
    expect(await verdictsOf()).toMatchObject([
      { verdict: 'unknown', reason: 'not-let-in' },
      { verdict: 'unknown', reason: 'not-let-in' },
    ])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', membersUp: 3 })
    expect(await openCodes()).toEqual(['user-needed'])

    const readerNow = { username: 'kstone-reader', password: reader }
    await change(watched, { reader: readerNow })
    await findings.resolve(needed)
    await inspectRested(fleet, watched)
    expect(await verdictsOf()).toMatchObject([{ verdict: 'unknown', reason: 'needs-root' }, { verdict: 'ok' }])
    await change(watched, { root: { username: 'root', password: root } })
    await inspectRested(fleet, watched)
    expect(await verdictsOf()).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })

    await etcdctl(etcd, ['--user=root:of-root', 'user', 'passwd', 'kstone-reader', '--interactive=false'], 'another\n')
    const refused = await findings.opens('user-refused')
    const evidence = { user: 'kstone-reader', problem: 'etcd-auth-failed' }
    expect(refused).toMatchObject([{ key: 'access', severity: 2, evidence }])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: 'etcd-auth-failed', membersUp: 3 })
    await findings.stayOpenOnce(refused)
    await inspectRested(fleet, watched)
    expect(await verdictOf(watched, 'key-count')).toMatchObject({ verdict: 'unknown', reason: 'not-let-in' })
    expect(await openCodes()).toEqual(['user-refused'])
    await change(watched, { reader: { ...readerNow, password: 'another' } })
    await findings.resolve(refused)
    await inspectRested(fleet, watched)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })
    expect(await verdictsOf()).toMatchObject([{ verdict: 'ok' }, { verdict: 'ok' }])
    expect(await openCodes()).toEqual([])
  })

  it('behind a black hole is silent, at risk or not seen, and never without a quorum because nobody sees it', async () => {
    await using etcd = await startEtcd({ version, members: 3 })
    await using relayed = await watchRelayed(fleet, etcd)
    const { watched, relays } = relayed
    const findings = follow(fleet, watched)
    await fleet.interval(watched)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', membersUp: 3 })
    const [, two, three] = relays
    if (!two || !three) return expect.fail('three wires')

    for (const relay of relays) relay.freeze()
    const silent = await findings.opens('nobody-answers')
    expect(silent).toMatchObject([{ key: 'quorum', severity: 2, evidence: { up: 0, total: 3, needed: 2 } }])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'unreachable', membersUp: 0, membersTotal: 3 })
    await findings.stayOpenOnce(silent)
    expect(await findings.openCodes()).toEqual(['nobody-answers'])
    for (const relay of relays) relay.thaw()
    await findings.resolve(silent)
    expect(await findings.openCodes()).toEqual([])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', membersUp: 3 })

    three.freeze()
    const atRisk = await findings.opens('quorum-at-risk')
    expect(atRisk).toMatchObject([{ severity: 2, evidence: { up: 2, total: 3, needed: 2, down: 'etcd-3' } }])
    two.freeze()
    const notSeen = await findings.opens('quorum-not-seen')
    expect(notSeen).toMatchObject([{ id: atRisk[0].id, severity: 2, evidence: { up: 1, total: 3, needed: 2 } }])
    expect(namesIn(notSeen[0].evidence.down)).toEqual(['etcd-2', 'etcd-3'])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'degraded', membersUp: 1 })
    await findings.stayOpenOnce(notSeen)
    for (const relay of relays) relay.thaw()
    await findings.resolve(notSeen)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', membersUp: 3 })
    expect(await findings.openCodes()).toEqual([])
    expect([...findings.codesEver]).not.toContain('quorum-lost')
  })
})
