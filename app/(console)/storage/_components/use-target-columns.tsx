'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useProblemSentence } from '#app/_components/backups/problem-note.tsx'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import type { Column } from '#app/_components/table/column.ts'
import { RowButton } from '#app/_components/table/row-button.tsx'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { placeText } from './place-text.ts'
import { TargetBadges, TargetState } from './target-state.tsx'

/** One line of the list of places; `onOpen` stays the same. */
export function useTargetColumns(onOpen: (targetId: string) => void): readonly Column<TargetView>[] {
  const t = useTranslations('storage')
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('table.name'),
        isTitle: true,
        width: '30%',
        cell: (target) => <Name target={target} onOpen={onOpen} />,
      },
      { id: 'state', header: t('table.state'), width: '26%', cell: (target) => <State target={target} /> },
      { id: 'backups', header: t('table.backups'), align: 'end', cell: (target) => <Holdings target={target} /> },
      { id: 'stored', header: t('table.stored'), align: 'end', cell: (target) => <Stored target={target} /> },
      {
        id: 'compared',
        header: t('table.compared'),
        hideBelow: 'lg',
        cell: ({ comparedAt }) =>
          comparedAt === null ? <span className="text-muted">{t('notCompared')}</span> : <Time value={comparedAt} />,
      },
      {
        id: 'probed',
        header: t('table.probed'),
        hideBelow: 'lg',
        cell: ({ probedAt }) =>
          probedAt === null ? <span className="text-muted">{t('states.untried')}</span> : <Time value={probedAt} />,
      },
    ],
    [t, onOpen],
  )
}

function Name({ target, onOpen }: { target: TargetView; onOpen: (targetId: string) => void }) {
  const t = useTranslations('storage')
  return (
    <span className="flex min-w-0 flex-col items-start">
      <span className="flex max-w-full flex-wrap items-center gap-x-2 gap-y-1">
        <RowButton onOpen={() => onOpen(target.id)}>{target.name}</RowButton>
        <TargetBadges target={target} />
      </span>
      <span className="text-muted text-sm [overflow-wrap:anywhere]">{placeText(target) ?? t('directoryPlace')}</span>
    </span>
  )
}

function State({ target }: { target: TargetView }) {
  const sentenceOf = useProblemSentence()
  const sentence = target.problem === null ? undefined : sentenceOf(target.problem)
  return (
    <span className="flex flex-col items-start gap-0.5 max-sm:items-end">
      <TargetState target={target} />
      {sentence ? (
        <span title={sentence} className="line-clamp-2 text-muted text-sm max-sm:text-right">
          {sentence}
        </span>
      ) : null}
    </span>
  )
}

function Holdings({ target: { backups, missing, orphans } }: { target: TargetView }) {
  const t = useTranslations('storage.table')
  const { wide } = useQuantityText()
  return (
    <span className="flex flex-col items-end gap-0.5 tabular-nums">
      <span>{wide(String(backups))}</span>
      {missing > 0 ? <Badge tone="danger">{t('missing', { count: missing })}</Badge> : null}
      {orphans > 0 ? <Badge tone="warn">{t('orphans', { count: orphans })}</Badge> : null}
    </span>
  )
}

function Stored({ target: { storedBytes } }: { target: TargetView }) {
  const { size } = useQuantityText()
  return <span className="whitespace-nowrap tabular-nums">{size(storedBytes)}</span>
}
