import { z } from 'zod'
import { minuteMs } from '#lib/time.ts'
import { couldNotTell, couldNotTellWithout } from './could-not-tell.ts'
import type { ClusterFacts } from './facts.ts'
import { isSeen, seenValue, votersOf } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'

/** A backup verified that long before the collection holds nothing newer than what members say in it, whatever their clocks. */
const settledMs = minuteMs

/**
 * Whether the newest backup is ahead of the cluster it was taken of: then somebody has set the cluster back, and what it has
 * written since is lost to it. Members that are behind are no evidence, so a majority has to answer.
 */
export const backupRevision = defineInspection({
  id: 'backup-revision',
  feature: 'backupcheck',
  scope: 'cluster',
  needs: ['backups', 'members.status'],
  settings: z.object({}),
  codes: { 'backup-ahead': { source: 'kstone', evidence: ['takenAt', 'kept', 'live', 'behind'] } },
  judge: (facts) => {
    const kept = facts.backups.value.verified.find(
      ({ verifiedAt }) => facts.at.getTime() - verifiedAt.getTime() >= settledMs,
    )
    if (!kept) return [{ subject: theCluster, ...couldNotTell('too-few-backups') }]
    const voters = votersOf(facts)
    const silent = voters.filter(({ status }) => !isSeen(status))
    if (silent.length * 2 >= voters.length) return [{ subject: theCluster, ...couldNotTellWithout(silent, 'status') }]
    const { clusterId, revision } = liveRevision(facts)
    if (kept.etcdClusterId !== String(clusterId)) {
      return [{ subject: theCluster, ...couldNotTell('backup-of-another') }]
    }
    if (kept.revision <= revision) return [{ subject: theCluster, verdict: 'ok' }]
    const evidence = {
      takenAt: kept.takenAt.toISOString(),
      kept: String(kept.revision),
      live: String(revision),
      behind: String(kept.revision - revision),
    }
    return [{ subject: theCluster, verdict: 'finding', severity: 'critical', code: 'backup-ahead', evidence }]
  },
})

/** How far the member has come that has come furthest, and of which cluster it is. */
function liveRevision(facts: ClusterFacts): { clusterId: bigint; revision: bigint } {
  return votersOf(facts)
    .flatMap(({ status }) => seenValue(status)?.header ?? [])
    .reduce((furthest, header) => (header.revision > furthest.revision ? header : furthest), {
      clusterId: 0n,
      revision: -1n,
    })
}
