'use client'

import { ScrollArea } from '@base-ui/react/scroll-area'
import { useTranslations } from 'next-intl'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Time } from '#app/_components/ui/time.tsx'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { TimelineSign, timelineStateOf, useStateWord } from './timeline-sign.tsx'

const missing = '—'
const headClasses = 'sticky top-0 z-1 bg-sunken px-3 py-1.5 font-medium text-muted'

/** The strip as a table, the newest first, in a box that scrolls. */
export function TimelineTable({ backups }: { backups: readonly BackupView[] }) {
  const t = useTranslations('cluster-backups.timeline')
  const wordOf = useStateWord()
  const { size } = useQuantityText()
  return (
    <ScrollArea.Root className="relative rounded-lg border border-line">
      <ScrollArea.Viewport
        aria-label={t('label')}
        role="region"
        className="max-h-60 rounded-lg focus-visible:-outline-offset-2"
      >
        <table aria-label={t('label')} className="w-full border-collapse text-left text-sm">
          <thead>
            <tr>
              <th scope="col" className={headClasses}>
                {t('time')}
              </th>
              <th scope="col" className={headClasses}>
                {t('state')}
              </th>
              <th scope="col" className={`${headClasses} text-right`}>
                {t('size')}
              </th>
            </tr>
          </thead>
          <tbody>
            {backups.map((backup) => (
              <tr key={backup.id} className="border-line border-t">
                <th scope="row" className="px-3 py-1 font-normal">
                  <Time value={backup.createdAt} format="absolute" />
                </th>
                <td className="px-3 py-1">
                  <span className="inline-flex items-center gap-1.5">
                    <TimelineSign state={timelineStateOf(backup)} />
                    {wordOf(timelineStateOf(backup))}
                  </span>
                </td>
                <td className="px-3 py-1 text-right">{backup.sizeBytes === null ? missing : size(backup.sizeBytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea.Viewport>
      <ScrollArea.Scrollbar orientation="vertical" className="w-2 p-px">
        <ScrollArea.Thumb className="min-h-6 w-full rounded-full bg-line-strong" />
      </ScrollArea.Scrollbar>
    </ScrollArea.Root>
  )
}
