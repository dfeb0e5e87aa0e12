import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EtcdMember } from '#lib/etcd-server/cluster-member.ts'
import { findEtcdBinaries } from '#lib/etcd-server/find-binaries.ts'
import { endProcess, spawnMember, waitUntilServing } from '#lib/etcd-server/member-process.ts'
import type { ProcessMark } from '#lib/process-mark.ts'
import { minuteMs } from '#lib/time.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { follow } from '#tests/support/findings-watch.ts'
import type { WatchedFleet } from '#tests/support/watched-fleet.ts'
import { openWatchedFleet } from '#tests/support/watched-fleet.ts'

let fleet: WatchedFleet
beforeAll(async () => {
  fleet = await openWatchedFleet()
}, 300_000)
afterAll(() => fleet?.[Symbol.asyncDispose]())

/** Starts the member's data with another etcd, by the words it was started with. */
async function upgrade(member: EtcdMember, program: string): Promise<ProcessMark> {
  const [, ...args] = (await readFile(`/proc/${member.pid}/cmdline`, 'utf8')).split('\0').slice(0, -1)
  await member.stop()
  const logFile = `${member.logFile}.upgraded`
  const mark = await spawnMember({ program, args, logFile, endsWithParent: true })
  await waitUntilServing(mark, logFile, AbortSignal.timeout(minuteMs))
  return mark
}

it('members of two versions are told of until they run the same, and so is the version that gets no fixes', async () => {
  await using etcd = await startEtcd({ version: '3.4', members: 3 })
  const upgraded = await findEtcdBinaries('3.5')
  const watched = await fleet.watch(etcd)
  const findings = follow(fleet, watched)
  const [ended] = await findings.opens('version-end-of-life')
  expect(ended).toMatchObject({ severity: 2, evidence: { branch: '3.4', endedOn: '2026-06-01' } })
  expect(await findings.openCodes()).toEqual([])

  const marks: ProcessMark[] = []
  try {
    const [one, two, three] = etcd.members
    if (!one || !two || !three) return expect.fail('three members')
    marks.push(await upgrade(one, upgraded.etcd))
    const differing = await findings.opens('versions-differ')
    expect(differing).toMatchObject([{ severity: 1, evidence: { isTooFar: false } }])
    const [older = '', newer = ''] = differing[0].evidence.versions as string[]
    expect([older.split(', ').length, newer]).toEqual([2, `${upgraded.version}: etcd-1`])
    expect(older).toMatch(new RegExp(`^${etcd.version}: `))
    await findings.stayOpenOnce(differing)
    const { since } = differing[0].evidence
    const [still] = await findings.opens('versions-differ')
    expect(still.evidence.since).toBe(since)

    marks.push(await upgrade(two, upgraded.etcd), await upgrade(three, upgraded.etcd))
    await findings.resolve(differing)
    expect(await fleet.stateOf(watched)).toMatchObject({ state: 'running', problem: null, membersUp: 3 })
    expect((await fleet.openFindings(watched)).map(({ id, code }) => ({ id, code }))).toEqual([
      { id: ended.id, code: 'version-unsafe' },
    ])
  } finally {
    for (const mark of marks) await endProcess(mark, 0)
  }
})
