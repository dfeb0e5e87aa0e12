'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { RowButton } from '#app/_components/table/row-button.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { AuditEventView } from '#lib/contracts/audit.ts'
import { ActorName } from './actor-name.tsx'
import { useActionName } from './use-action-name.ts'

/** One line of the audit log: what, when, who, to what. The action opens the whole event. Keep `onOpen` stable. */
export function useAuditColumns(onOpen: (event: AuditEventView) => void): readonly Column<AuditEventView>[] {
  const t = useTranslations('audit.table')
  const nameOf = useActionName()
  return useMemo(
    () => [
      {
        id: 'action',
        header: t('action'),
        isTitle: true,
        cell: (event) => (
          <RowButton onOpen={() => onOpen(event)}>
            {nameOf(event.action)}
            <code className="block font-mono font-normal text-muted text-xs">{event.action}</code>
          </RowButton>
        ),
      },
      {
        id: 'target',
        header: t('target'),
        width: '27%',
        clip: ({ target }) => target.label,
        cell: ({ target }) => target.label,
      },
      {
        id: 'actor',
        header: t('actor'),
        width: '27%',
        clip: ({ actor }) => actor.label,
        cell: ({ actor }) => <ActorName actor={actor} />,
      },
      {
        id: 'via',
        header: t('via'),
        hideBelow: 'lg',
        cell: ({ via }) => <span className="whitespace-nowrap">{t(`vias.${via}`)}</span>,
      },
      {
        id: 'request',
        header: t('request'),
        hideBelow: 'xl',
        cell: ({ requestId }) => (
          <code className="whitespace-nowrap font-mono text-muted text-xs" title={requestId}>
            {shortened(requestId)}
          </code>
        ),
      },
      { id: 'at', header: t('at'), cell: ({ at }) => <Time value={at} format="absolute" /> },
    ],
    [t, nameOf, onOpen],
  )
}

const shownCharacters = 8

/** Ids of one second share their beginning, so the end is what tells them apart. */
function shortened(requestId: string): string {
  return requestId.length > shownCharacters ? `…${requestId.slice(-shownCharacters)}` : requestId
}
