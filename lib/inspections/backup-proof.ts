import { z } from 'zod'
import type { Severity } from '#lib/contracts/inspections.ts'
import { dayMs } from '#lib/time.ts'
import { couldNotTell } from './could-not-tell.ts'
import type { DrillFacts } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { intervals, outOfOrder } from './thresholds.ts'

const codes = {
  'backup-disproven': { source: 'kstone', evidence: ['at', 'takenAt', 'problem'] },
  'backup-unproven': { source: 'kstone', evidence: ['provenAt', 'since', 'everyDays', 'obstacle', 'problem'] },
} as const

/** Our own choice: a drill may fail once for a reason that says nothing of the backup. */
const settings = z
  .object({ infoIntervals: intervals(2, 'kstone'), warningIntervals: intervals(4, 'kstone') })
  .refine((limits) => limits.infoIntervals <= limits.warningIntervals, outOfOrder('warningIntervals'))

/** Whether drills prove that what is kept comes back. Nothing else does: a file may be whole and still be of no use. */
export const backupProof = defineInspection({
  id: 'backup-proof',
  feature: 'backupcheck',
  scope: 'cluster',
  needs: ['backups'],
  settings,
  codes,
  judge: (facts, limits) => [judgeDrills(facts.backups.value.drills, { at: facts.at, limits })],
})

interface Now {
  readonly at: Date
  readonly limits: z.output<typeof settings>
}

function judgeDrills(drills: DrillFacts, { at, limits }: Now): Judgement<typeof codes> {
  const { verdict, provenAt, wantedSince, everyDays, obstacle } = drills
  if (verdict && !verdict.isProven) {
    const takenAt = verdict.takenAt?.toISOString() ?? 'none'
    const told = { at: verdict.at.toISOString(), takenAt, problem: verdict.problem }
    return { subject: theCluster, verdict: 'finding', severity: 'critical', code: 'backup-disproven', evidence: told }
  }
  const since = provenAt ?? wantedSince
  const severity = since && severityOf((at.getTime() - since.getTime()) / dayMs / everyDays, limits)
  if (!severity) {
    return provenAt ? { subject: theCluster, verdict: 'ok' } : { subject: theCluster, ...couldNotTell('no-drill-yet') }
  }
  const told = {
    provenAt: provenAt?.toISOString() ?? 'none',
    since: since.toISOString(),
    everyDays,
    obstacle: obstacleOf(obstacle),
    problem: obstacle ?? 'none',
  }
  return { subject: theCluster, verdict: 'finding', severity, code: 'backup-unproven', evidence: told }
}

function severityOf(periods: number, { infoIntervals, warningIntervals }: Now['limits']): Severity | undefined {
  if (periods >= warningIntervals) return 'warning'
  return periods >= infoIntervals ? 'info' : undefined
}

/** Chooses the sentence: codes have hyphens, and branches of a message have none. */
function obstacleOf(problem: string | null): string {
  if (problem === null) return 'none'
  return problem === 'no-etcd-binary' ? 'binary' : 'other'
}
