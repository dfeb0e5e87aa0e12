'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import type { BackupSchedule, RetentionSettings } from '#lib/contracts/backups.ts'

export interface PlanWords {
  /** Every so long, or the expression with its time zone. */
  scheduleText: (schedule: BackupSchedule) => string
  /** What stays, in a phrase. */
  retentionText: (retention: RetentionSettings) => string
  /** Every so many seconds. */
  intervalText: (seconds: number) => string
}

const rungs = ['hourly', 'daily', 'weekly', 'monthly'] as const

/** Settings of a plan as people say them. */
export function usePlanWords(): PlanWords {
  const t = useTranslations('cluster-backups.settings')
  const format = useFormatter()
  const { duration } = useQuantityText()
  const intervalText = (seconds: number) => t('everyInterval', { interval: duration(seconds * 1_000) })
  return {
    intervalText,
    scheduleText: (schedule) =>
      schedule.kind === 'interval'
        ? intervalText(schedule.seconds)
        : t('cronText', { expression: schedule.expression, zone: schedule.timeZone }),
    retentionText: ({ policy }) => {
      if (policy.kind === 'last') return t('lastText', { count: policy.count })
      const parts = rungs.flatMap((rung) =>
        policy[rung] > 0 ? [t(`ladderParts.${rung}`, { count: policy[rung] })] : [],
      )
      const ladder = t('ladderText', { parts: format.list(parts) })
      return policy.keepAllHours > 0 ? t('keepAllText', { ladder, count: policy.keepAllHours }) : ladder
    },
  }
}
