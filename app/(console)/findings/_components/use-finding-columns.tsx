'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { RowButton } from '#app/_components/table/row-button.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { FindingView } from '#lib/contracts/inspections.ts'
import { SeverityBadge } from './severity-badge.tsx'
import { useInspectionWords } from './use-inspection-words.ts'

export interface FindingColumnsOptions {
  /** Opens the whole finding; keep stable. */
  onOpen: (findingId: string) => void
  /** Left out on the page of one cluster. */
  withCluster?: boolean
  /** Resolved ones show when they ended in place of when they were seen last. */
  isResolved?: boolean
}

/** One line of a list of findings, the same wherever they are listed. */
export function useFindingColumns(options: FindingColumnsOptions): readonly Column<FindingView>[] {
  const { onOpen, withCluster = true, isResolved = false } = options
  const t = useTranslations('findings.table')
  const words = useInspectionWords()
  return useMemo(() => {
    const cluster: Column<FindingView> = {
      id: 'cluster',
      header: t('cluster'),
      cell: ({ clusterId, clusterName }) => <TextLink href={`/clusters/${clusterId}`}>{clusterName}</TextLink>,
    }
    const end: Column<FindingView> = {
      id: 'resolvedAt',
      header: t('resolvedAt'),
      cell: ({ resolvedAt, seenAt }) => <Time value={resolvedAt ?? seenAt} />,
    }
    const seen: Column<FindingView> = {
      id: 'seenAt',
      header: t('seenAt'),
      hideBelow: 'lg',
      cell: ({ seenAt }) => <Time value={seenAt} />,
    }
    return [
      {
        id: 'severity',
        header: t('severity'),
        sortable: withCluster,
        descFirst: true,
        width: '7rem',
        cell: ({ severity }) => <SeverityBadge severity={severity} />,
      },
      {
        id: 'finding',
        header: t('finding'),
        isTitle: true,
        width: '42%',
        cell: (finding) => (
          <RowButton onOpen={() => onOpen(finding.id)}>
            <span className="font-normal">{words.found(finding)}</span>
          </RowButton>
        ),
      },
      ...(withCluster ? [cluster] : []),
      {
        id: 'inspection',
        header: t('inspection'),
        hideBelow: 'md',
        cell: ({ inspection }) => words.nameOf(inspection),
      },
      {
        id: 'openedAt',
        header: t('openedAt'),
        sortable: withCluster,
        descFirst: true,
        cell: ({ openedAt }) => <Time value={openedAt} />,
      },
      isResolved ? end : seen,
    ]
  }, [t, words, onOpen, withCluster, isResolved])
}
