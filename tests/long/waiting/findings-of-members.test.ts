import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTenant } from '#lib/db/tenant.ts'
import type { EtcdMember } from '#lib/etcd-server/cluster-member.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import { decodeFacts, encodeFacts } from '#lib/services/collections/stored-facts.ts'
import { addMs, hourMs } from '#lib/time.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { leaderOf, ledByNobody, ledBySomebody } from '#tests/support/etcd-leader.ts'
import { follow, namesIn } from '#tests/support/findings-watch.ts'
import type { Watched, WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'
import { asSuperuser } from '#tests/support/work-team.ts'

let fleet: WatchedFleet
beforeAll(async () => {
  fleet = await openWatchedFleet()
}, 300_000)
afterAll(() => fleet?.[Symbol.asyncDispose]())

async function threeMembers(version: string) {
  const etcd = await startEtcd({ version, members: 3 })
  const watched = await fleet.watch(etcd)
  await fleet.interval(watched)
  expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })
  const findings = follow(fleet, watched)
  expect(await findings.openCodes()).toEqual([])
  return { etcd, watched, findings, [Symbol.asyncDispose]: () => etcd.stop() }
}

async function kill(member: EtcdMember): Promise<void> {
  member.kill('SIGKILL')
  await expect.poll(() => member.isRunning).toBe(false)
}

async function memoryOf({ team: { tenantId }, clusterId }: Watched): Promise<Memory> {
  const where = { tenantId_clusterId: { tenantId, clusterId } }
  const row = await withTenant(tenantId, (db) => db.clusterFacts.findUniqueOrThrow({ where }))
  return decodeFacts(row.facts) ?? expect.fail('facts of this build')
}

/** Moves what is remembered of leaders into the past, as if so much time had gone by without another change. */
async function ageLeaderships(watched: Watched, ms: number): Promise<void> {
  const memory = await memoryOf(watched)
  const { history } = memory.facts
  const leaderships = history.leaderships.map((one) => ({ ...one, at: addMs(one.at, -ms) }))
  const facts = encodeFacts({ ...memory, facts: { ...memory.facts, history: { ...history, leaderships } } })
  await asSuperuser(fleet.place.database, 'UPDATE cluster_facts SET "facts" = $1::jsonb WHERE "clusterId" = $2', [
    facts,
    watched.clusterId,
  ])
}

describe.each(['3.4', '3.5'])('three members of etcd %s', (version) => {
  it('are at risk with one stopped and without a quorum with two, and well again when they are back', async () => {
    await using cluster = await threeMembers(version)
    const { etcd, watched, findings } = cluster
    const [one, two, three] = etcd.members
    if (!one || !two || !three) return expect.fail('three members')

    await three.stop()
    await ledBySomebody(etcd)
    const atRisk = await findings.opens('quorum-at-risk')
    expect(atRisk).toMatchObject([
      {
        severity: 2,
        evidence: { up: 2, total: 3, needed: 2, down: 'etcd-3', unseen: 'none', since: expect.stringMatching(/Z$/) },
      },
    ])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'at-risk', membersUp: 2, membersTotal: 3 })
    await findings.stayOpenOnce(atRisk)
    expect(await findings.openCodes()).toEqual(['quorum-at-risk'])

    await two.stop()
    await expect.poll(() => leaderOf(etcd), { timeout: 20_000 }).toBeUndefined()
    const lost = await findings.opens('quorum-lost')
    const { since } = atRisk[0].evidence
    expect(lost).toMatchObject([
      { id: atRisk[0].id, severity: 3, evidence: { up: 1, total: 3, needed: 2, unseen: 'none', since } },
    ])
    expect(namesIn(lost[0].evidence.down)).toEqual(['etcd-2', 'etcd-3'])
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'no-quorum', membersUp: 1, membersTotal: 3 })
    await findings.stayOpenOnce(lost)
    expect(await findings.openCodes()).toEqual(['quorum-lost'])

    await Promise.all([two.restart(), three.restart()])
    await ledBySomebody(etcd)
    await findings.resolve(lost)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })
    expect(await findings.openCodes()).toEqual([])
  })

  it('have a new leader when theirs is killed, which is a risk and no lost quorum, and told of when it happens often', async () => {
    await using cluster = await threeMembers(version)
    const { etcd, watched, findings } = cluster
    for (let changes = 1; changes <= 3; changes += 1) {
      const leader = (await ledBySomebody(etcd)) ?? expect.fail('a leader')
      await kill(leader)
      const next = await ledBySomebody(etcd)
      expect(next?.name).not.toBe(leader.name)
      const atRisk = await findings.opens('quorum-at-risk')
      expect(atRisk).toMatchObject([{ severity: 2, evidence: { up: 2, total: 3, down: leader.name, unseen: 'none' } }])
      expect(await fleet.stateOf(watched)).toMatchObject({ state: 'at-risk', membersUp: 2 })
      const { leaderships } = (await memoryOf(watched)).facts.history
      expect(leaderships.filter(({ leaderId }) => leaderId !== 0n)).toHaveLength(1 + changes)
      await leader.restart()
      await findings.resolve(atRisk)
      if (changes < 3) expect(await findings.openCodes()).toEqual([])
    }
    const leader = (await ledBySomebody(etcd)) ?? expect.fail('a leader')
    const often = await findings.opens('leader-changes-often')
    expect(often).toMatchObject([
      { severity: 2, evidence: { changes: 3, minutes: 60, allowed: 3, leader: leader.name } },
    ])
    await findings.stayOpenOnce(often)
    const told = [...findings.codesEver].filter((code) => !code.startsWith('version-'))
    expect(told.toSorted()).toEqual(['leader-changes-often', 'quorum-at-risk'])

    await ageLeaderships(watched, hourMs)
    await findings.resolve(often)
    expect(await findings.openCodes()).toEqual([])
  })
})

it('a member that hangs is told of like one that is gone, and one whose majority hangs has no quorum', async () => {
  await using cluster = await threeMembers('3.5')
  const { etcd, findings } = cluster
  const [one, two, three] = etcd.members
  if (!one || !two || !three) return expect.fail('three members')
  three.kill('SIGSTOP')
  await ledBySomebody({ members: [one, two], tls: etcd.tls })
  const atRisk = await findings.opens('quorum-at-risk')
  expect(atRisk).toMatchObject([{ evidence: { up: 2, total: 3, down: 'etcd-3', unseen: 'none' } }])
  two.kill('SIGSTOP')
  await ledByNobody({ members: [one], tls: etcd.tls })
  const lost = await findings.opens('quorum-lost')
  expect(lost).toMatchObject([{ id: atRisk[0].id, evidence: { up: 1, total: 3, unseen: 'none' } }])
  expect(namesIn(lost[0].evidence.down)).toEqual(['etcd-2', 'etcd-3'])
  two.kill('SIGCONT')
  three.kill('SIGCONT')
  await ledBySomebody(etcd)
  await findings.resolve(lost)
  expect(await findings.openCodes()).toEqual([])
})
