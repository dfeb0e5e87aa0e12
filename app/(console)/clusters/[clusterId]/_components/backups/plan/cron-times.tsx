'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Time } from '#app/_components/ui/time.tsx'
import { cronTimesQuery, cronTimesView } from '#lib/contracts/backup-plans.ts'

const answer = z.object({ data: cronTimesView })

/** Pause in typing after which the server is asked. */
const pauseMs = 300

interface CronTimesProps {
  /** Absent for plans of many clusters: then to the minute. */
  clusterId: string | undefined
  expression: string
  timeZone: string
}

/** When a schedule that is being typed would have its next turns; nothing while it cannot be read. */
export function CronTimes(typed: CronTimesProps) {
  const t = useTranslations('cluster-backups.settings')
  const settled = useSettled(JSON.stringify(typed))
  const query = cronTimesQuery.safeParse(JSON.parse(settled)).data
  const { data } = useApiQuery('/cron-times', answer, {
    enabled: query !== undefined,
    keepPrevious: true,
    ...(query ? { query } : {}),
  })
  return (
    <div role="status" className="text-sm">
      {query && data ? (
        <>
          <p className="text-muted">{t('nextTimes')}</p>
          <ol className="mt-0.5 flex flex-col tabular-nums">
            {data.data.times.map((time) => (
              <li key={time}>
                <Time value={time} format="absolute" />
              </li>
            ))}
          </ol>
        </>
      ) : null}
    </div>
  )
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
