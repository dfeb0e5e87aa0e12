'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import type { Column } from '#app/_components/table/column.ts'
import { RowButton } from '#app/_components/table/row-button.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'
import { DrillState } from './drill-state.tsx'
import { useDrillWords } from './use-drill-words.ts'

const missing = '—'

/** One line of a list of drills. `onOpen` opens the whole one; keep it stable. */
export function useDrillColumns(onOpen: (drillId: string) => void): readonly Column<DrillView>[] {
  const t = useTranslations('drills')
  const { duration } = useQuantityText()
  const { problemOf } = useDrillWords()
  return useMemo(
    () => [
      {
        id: 'createdAt',
        header: t('table.createdAt'),
        isTitle: true,
        cell: ({ id, createdAt }) => (
          <RowButton onOpen={() => onOpen(id)}>
            <Time value={createdAt} />
          </RowButton>
        ),
      },
      {
        id: 'state',
        header: t('table.state'),
        width: '40%',
        cell: (drill) => (
          <span className="flex flex-col items-start gap-0.5 max-sm:items-end">
            <DrillState state={drill.state} />
            {drill.problem === null ? null : (
              <span className="text-muted text-sm max-sm:text-right">{problemOf(drill)?.text}</span>
            )}
          </span>
        ),
      },
      {
        id: 'backup',
        header: t('table.backup'),
        hideBelow: 'md',
        cell: ({ backupTakenAt }) => (backupTakenAt === null ? missing : <Time value={backupTakenAt} />),
      },
      {
        id: 'rto',
        header: t('table.rto'),
        align: 'end',
        cell: ({ rtoMs }) => (rtoMs === null ? missing : duration(rtoMs)),
      },
      { id: 'etcd', header: t('table.etcd'), hideBelow: 'md', cell: ({ etcdVersion }) => etcdVersion ?? missing },
      { id: 'reason', header: t('table.reason'), hideBelow: 'lg', cell: ({ reason }) => t(`reasons.${reason}`) },
      {
        id: 'certificate',
        header: t('table.certificate'),
        cell: ({ id, hasCertificate }) =>
          hasCertificate ? <TextLink href={`/drills/${id}/certificate`}>{t('table.certificate')}</TextLink> : missing,
      },
    ],
    [t, duration, problemOf, onOpen],
  )
}
