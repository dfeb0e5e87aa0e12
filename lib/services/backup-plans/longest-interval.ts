import { nextBackupAt } from '#lib/backups/schedule.ts'
import type { EffectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { processWide } from '#lib/process-wide.ts'
import { dayMs, hourMs, secondMs } from '#lib/time.ts'

/** A week and a day: what a cron leaves out at night and at weekends is in it. */
const aheadMs = 8 * dayMs
const turnsMax = 200
const rememberedMax = 1_000

const remembered = processWide('cron-intervals', () => new Map<string, number>())

/** The longest time between two backups as the plan stands, in seconds: of a cron, within the coming week. */
export function intervalOf({ schedule }: EffectiveBackupSettings, at: { now: Date; clusterId: string }): number {
  if (schedule.kind === 'interval') return schedule.seconds
  const hour = Math.floor(at.now.getTime() / hourMs)
  const name = JSON.stringify([schedule.expression, schedule.timeZone, hour])
  const known = remembered.get(name) ?? longestGap(schedule, at)
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(name, known)
  return known
}

function longestGap(
  schedule: EffectiveBackupSettings['schedule'],
  { now, clusterId }: { now: Date; clusterId: string },
): number {
  let last = nextBackupAt(schedule, { after: now, clusterId })
  const untilMs = last.getTime() + aheadMs
  let longestMs = 0
  for (let turn = 0; turn < turnsMax && last.getTime() < untilMs; turn += 1) {
    const next = nextBackupAt(schedule, { after: last, clusterId })
    longestMs = Math.max(longestMs, next.getTime() - last.getTime())
    last = next
  }
  return Math.round(longestMs / secondMs)
}
