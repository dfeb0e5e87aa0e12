import { z } from 'zod'
import type { Severity } from '#lib/contracts/inspections.ts'
import { couldNotTell } from './could-not-tell.ts'
import type { BackupFacts, Exposure } from './facts.ts'
import type { Judgement } from './inspection.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { intervals, outOfOrder } from './thresholds.ts'

const evidence = [
  'newest',
  'since',
  'everyMinutes',
  'allowed',
  'verifiedInDay',
  'expectedInDay',
  'failures',
  'problem',
] as const

const codes = {
  'backup-late': { source: 'kstone', evidence },
  'backup-never': { source: 'kstone', evidence },
} as const

/** Our own choice: twice what people asked for is a promise that was not kept, three times is no protection any more. */
const settings = z
  .object({ warningIntervals: intervals(2, 'kstone'), criticalIntervals: intervals(3, 'kstone') })
  .refine((limits) => limits.warningIntervals <= limits.criticalIntervals, outOfOrder('criticalIntervals'))

/**
 * How old the newest verified backup is, in turns of the schedule. Only what was read back counts: a backup nobody has verified
 * protects nobody.
 */
export const backupFreshness = defineInspection({
  id: 'backup-freshness',
  feature: 'backupcheck',
  scope: 'cluster',
  needs: ['backups'],
  settings,
  codes,
  judge: (facts, limits) => [judgeAge(facts.backups.value, limits)],
})

function judgeAge(backups: BackupFacts, limits: z.output<typeof settings>): Judgement<typeof codes> {
  const { exposure, verified, everySeconds, failures } = backups
  const [newest] = verified
  const severity = exposure && severityOf(exposure, limits)
  if (newest && !severity) return { subject: theCluster, verdict: 'ok' }
  if (!severity || exposure.isExcused) return { subject: theCluster, ...couldNotTell('no-backup-due-yet') }
  const code = newest ? 'backup-late' : 'backup-never'
  const told = {
    newest: newest?.takenAt.toISOString() ?? 'none',
    since: exposure.since.toISOString(),
    everyMinutes: Math.round(everySeconds / 60),
    allowed: severity === 'critical' ? limits.criticalIntervals : limits.warningIntervals,
    verifiedInDay: exposure.lastDay?.verified ?? 0,
    expectedInDay: exposure.lastDay?.expected ?? 0,
    failures: failures.inRow,
    problem: failures.problem ?? 'none',
  }
  return { subject: theCluster, verdict: 'finding', severity, code, evidence: told }
}

function severityOf({ turns }: Exposure, limits: z.output<typeof settings>): Severity | undefined {
  if (turns >= limits.criticalIntervals) return 'critical'
  return turns >= limits.warningIntervals ? 'warning' : undefined
}
