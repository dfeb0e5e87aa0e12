'use client'

import { ChartNoAxesColumn, Table } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { Tooltip } from '#app/_components/ui/tooltip.tsx'
import { useInstantText } from '#app/_components/ui/use-instant-text.ts'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { backupView } from '#lib/contracts/backup-catalogue.ts'
import { TimelineSign, timelineStateOf, timelineStates, useStateWord } from './timeline-sign.tsx'
import { TimelineTable } from './timeline-table.tsx'

const answer = z.object({ data: z.array(backupView) })

/** As many signs of 28 px as fit into the widest page; narrower ones leave out the oldest. */
const shownMax = 40
const fitting =
  'max-sm:[&>li:nth-last-child(n+12)]:hidden sm:max-lg:[&>li:nth-last-child(n+20)]:hidden lg:max-xl:[&>li:nth-last-child(n+24)]:hidden xl:max-2xl:[&>li:nth-last-child(n+33)]:hidden'

interface BackupTimelineProps {
  clusterId: string
  onOpen: (backupId: string) => void
}

/** The newest backups as a row of signs, or the same as a table; nothing while there is none. */
export function BackupTimeline({ clusterId, onOpen }: BackupTimelineProps) {
  const t = useTranslations('cluster-backups.timeline')
  const [view, setView] = useState<'strip' | 'table'>('strip')
  const { data } = useApiQuery('/backups', answer, { query: { clusterId, limit: shownMax } })
  const backups = data?.data ?? []
  if (backups.length === 0) return null
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      actions={
        <Segmented
          label={t('view')}
          value={view}
          onValueChange={setView}
          segments={[
            { value: 'strip', label: t('strip'), icon: <ChartNoAxesColumn aria-hidden="true" /> },
            { value: 'table', label: t('table'), icon: <Table aria-hidden="true" /> },
          ]}
        />
      }
    >
      {view === 'strip' ? <Strip backups={backups} onOpen={onOpen} /> : <TimelineTable backups={backups} />}
    </Panel>
  )
}

function Strip({ backups, onOpen }: { backups: readonly BackupView[]; onOpen: BackupTimelineProps['onOpen'] }) {
  const t = useTranslations('cluster-backups.timeline')
  const wordOf = useStateWord()
  const newest = backups[0]
  const oldestFirst = backups.toReversed()
  const shown = new Set(backups.map(timelineStateOf))
  return (
    <figure className="m-0 min-w-0">
      <ol aria-label={t('label')} className={`flex justify-end overflow-hidden py-1 ${fitting}`}>
        {oldestFirst.map((backup) => (
          <li key={backup.id}>
            <Sign backup={backup} onOpen={onOpen} />
          </li>
        ))}
      </ol>
      <div className="mt-1 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 border-line border-t pt-2 text-muted text-sm">
        <ul aria-label={t('legend')} className="flex flex-wrap gap-x-4 gap-y-1">
          {timelineStates
            .filter((state) => shown.has(state))
            .map((state) => (
              <li key={state} className="inline-flex items-center gap-1.5">
                <TimelineSign state={state} />
                {wordOf(state)}
              </li>
            ))}
        </ul>
        {newest ? <span>{t.rich('to', { time: () => <Time value={newest.createdAt} /> })}</span> : null}
      </div>
      <Summary backups={backups} />
    </figure>
  )
}

function Sign({ backup, onOpen }: { backup: BackupView; onOpen: BackupTimelineProps['onOpen'] }) {
  const t = useTranslations('cluster-backups.timeline')
  const wordOf = useStateWord()
  const timeText = useInstantText()
  const state = timelineStateOf(backup)
  const words = t('sign', { state: wordOf(state), time: timeText(backup.createdAt) })
  return (
    <Tooltip content={words}>
      <button
        type="button"
        aria-label={words}
        onClick={() => onOpen(backup.id)}
        className="inline-flex size-7 items-center justify-center rounded-md transition-colors hover:bg-hover"
      >
        <TimelineSign state={state} />
      </button>
    </Tooltip>
  )
}

/** The strip in words, for those who do not see it. */
function Summary({ backups }: { backups: readonly BackupView[] }) {
  const t = useTranslations('cluster-backups.timeline')
  const format = useFormatter()
  const wordOf = useStateWord()
  const byState = Map.groupBy(backups, timelineStateOf)
  const parts = [...byState].map(([state, of]) => t('part', { count: of.length, state: wordOf(state) }))
  return (
    <figcaption className="sr-only">{t('summary', { total: backups.length, parts: format.list(parts) })}</figcaption>
  )
}
