import { z } from 'zod'
import { defineInspection, theCluster } from './inspection.ts'
import { intervals } from './thresholds.ts'

const settings = z.object({ criticalIntervals: intervals(3, 'kstone') })

/** Whether the place backups go to takes them, as it was last used or tried. */
export const backupStorage = defineInspection({
  id: 'backup-storage',
  feature: 'backupcheck',
  scope: 'cluster',
  needs: ['backups'],
  settings,
  codes: { 'backup-storage-failing': { source: 'kstone', evidence: ['target', 'problem', 'newest'] } },
  judge: (facts, { criticalIntervals }) => {
    const { target, exposure, verified } = facts.backups.value
    if (target.problem === null) return [{ subject: theCluster, verdict: 'ok' }]
    const isUnprotected = exposure !== null && !exposure.isExcused && exposure.turns >= criticalIntervals
    const severity = isUnprotected ? 'critical' : 'warning'
    const newest = verified[0]?.takenAt.toISOString() ?? 'none'
    const evidence = { target: target.name, problem: target.problem, newest }
    return [{ subject: theCluster, verdict: 'finding', severity, code: 'backup-storage-failing', evidence }]
  },
})
