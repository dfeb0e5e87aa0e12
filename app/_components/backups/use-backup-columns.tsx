'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import type { Column } from '../table/column.ts'
import { RowButton } from '../table/row-button.tsx'
import { Time } from '../ui/time.tsx'
import { BackupDuration, BackupReason, BackupSize, WideNumber } from './backup-cells.tsx'
import { BackupProof } from './backup-proof.tsx'
import { BackupState } from './backup-state.tsx'

export interface BackupColumnsOptions {
  /** Opens the whole backup; keep stable. */
  onOpen: (backupId: string) => void
  /** Left out on the page of one cluster, where the time names a backup. */
  withCluster?: boolean
}

/** One line of a list of backups, the same wherever they are listed. */
export function useBackupColumns({ onOpen, withCluster = true }: BackupColumnsOptions): readonly Column<BackupView>[] {
  const t = useTranslations('backups.table')
  return useMemo(() => {
    const cluster: Column<BackupView> = {
      id: 'cluster',
      header: t('cluster'),
      isTitle: true,
      width: '15%',
      clip: ({ clusterName }) => clusterName,
      cell: ({ id, clusterName }) => <RowButton onOpen={() => onOpen(id)}>{clusterName}</RowButton>,
    }
    const taken: Column<BackupView> = {
      id: 'createdAt',
      header: t('createdAt'),
      sortable: true,
      descFirst: true,
      ...(withCluster ? {} : { isTitle: true }),
      cell: ({ id, takenAt, createdAt }) => {
        const time = <Time value={takenAt ?? createdAt} />
        return withCluster ? time : <RowButton onOpen={() => onOpen(id)}>{time}</RowButton>
      },
    }
    return [
      ...(withCluster ? [cluster] : []),
      ...(withCluster ? [] : [taken]),
      { id: 'state', header: t('state'), cell: (backup) => <BackupState backup={backup} /> },
      ...(withCluster ? [taken] : []),
      {
        id: 'revision',
        header: t('revision'),
        align: 'end',
        hideBelow: 'xl',
        cell: ({ revision }) => <WideNumber value={revision} />,
      },
      { id: 'keys', header: t('keys'), align: 'end', hideBelow: 'lg', cell: ({ keys }) => <WideNumber value={keys} /> },
      { id: 'size', header: t('size'), hideBelow: 'md', cell: (backup) => <BackupSize backup={backup} /> },
      { id: 'duration', header: t('duration'), hideBelow: 'xl', cell: (backup) => <BackupDuration backup={backup} /> },
      {
        id: 'target',
        header: t('target'),
        width: '10%',
        hideBelow: 'xl',
        clip: ({ targetName }) => targetName,
        cell: ({ targetName }) => targetName,
      },
      {
        id: 'reason',
        header: t('reason'),
        width: '10%',
        hideBelow: 'xl',
        clip: ({ requestedBy }) => requestedBy,
        cell: (backup) => <BackupReason backup={backup} />,
      },
      { id: 'proof', header: t('proof'), hideBelow: 'md', cell: (backup) => <BackupProof backup={backup} /> },
    ]
  }, [t, onOpen, withCluster])
}
