'use client'

import { Progress } from '@base-ui/react/progress'
import { useFormatter, useTranslations } from 'next-intl'
import { classNames } from '#app/_components/ui/class-names.ts'
import type { JobView } from '#lib/contracts/jobs.ts'
import { useJobName } from './job-names.ts'

/** How far a job has come; nothing while it has said nothing. */
export function JobProgress({ job }: { job: JobView }) {
  const t = useTranslations('activity.progress')
  const formatter = useFormatter()
  const nameOf = useJobName()
  if (job.progress === null) return null
  const { done, total } = job.progress
  const write = (value: number) => formatter.number(value)
  const text = total === null ? t('open', { done: write(done) }) : t('of', { done: write(done), total: write(total) })
  return (
    <Progress.Root
      value={total === null ? null : Math.min(done, total)}
      max={total === null ? 1 : Math.max(total, 1)}
      aria-label={t('label', { name: nameOf(job) })}
      getAriaValueText={() => text}
      className="block w-full min-w-28 max-w-44"
    >
      <span className="whitespace-nowrap text-muted text-xs tabular-nums">{text}</span>
      {total === null ? null : (
        <Progress.Track className="mt-1 h-1.5 overflow-hidden rounded-full bg-hover">
          <Progress.Indicator
            className={classNames(
              'h-full rounded-full transition-[width] duration-300',
              job.state === 'failed' ? 'bg-danger-solid' : 'bg-accent',
            )}
          />
        </Progress.Track>
      )}
    </Progress.Root>
  )
}
