'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { AuditEventView } from '#lib/contracts/audit.ts'
import { ActorName } from './actor-name.tsx'
import { AuditDiff } from './audit-diff.tsx'
import { useActionName } from './use-action-name.ts'

export interface AuditEventSheetProps {
  event: AuditEventView | undefined
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** One event of the log, whole: who, what, before and after, and its place in the chain. */
export function AuditEventSheet({ event, open, onOpenChange }: AuditEventSheetProps) {
  const nameOf = useActionName()
  if (!event) return null
  return (
    <Sheet title={nameOf(event.action)} open={open} onOpenChange={onOpenChange}>
      <div className="flex flex-col gap-5">
        <Facts event={event} />
        <Changes event={event} />
        <Chain event={event} />
      </div>
    </Sheet>
  )
}

function Facts({ event }: { event: AuditEventView }) {
  const t = useTranslations('audit')
  const { actor, target, via, requestId } = event
  return (
    <DescriptionList
      items={[
        { id: 'at', term: t('table.at'), detail: <Time value={event.at} format="absolute" /> },
        { id: 'action', term: t('table.action'), detail: <Code text={event.action} /> },
        {
          id: 'actor',
          term: t('table.actor'),
          detail: (
            <Named id={actor.id}>
              <ActorName actor={actor} />
            </Named>
          ),
        },
        { id: 'via', term: t('table.via'), detail: t(`table.vias.${via}`) },
        { id: 'target', term: t('table.target'), detail: <Named id={target.id}>{target.label}</Named> },
        {
          id: 'request',
          term: t('table.request'),
          detail: <Copyable text={requestId} label={t('sheet.copyRequest')} />,
        },
      ]}
    />
  )
}

function Changes({ event }: { event: AuditEventView }) {
  const t = useTranslations('audit.sheet')
  const hasChanges = Object.keys(event.diff).length > 0
  return (
    <Part title={t('changes')}>
      {hasChanges ? <AuditDiff diff={event.diff} /> : <p className="text-muted">{t('noChanges')}</p>}
    </Part>
  )
}

function Chain({ event }: { event: AuditEventView }) {
  const t = useTranslations('audit.sheet')
  return (
    <Part title={t('chain')}>
      <DescriptionList
        items={[
          { id: 'seq', term: t('sequence'), detail: event.seq },
          { id: 'hash', term: t('hash'), detail: <Copyable text={event.hash} label={t('copyHash')} /> },
        ]}
      />
      <p className="mt-2 text-muted text-sm">{t('chainHint')}</p>
    </Part>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
    </section>
  )
}

function Named({ id, children }: { id: string; children: ReactNode }) {
  return (
    <>
      <span className="block">{children}</span>
      <Code text={id} />
    </>
  )
}

function Code({ text }: { text: string }) {
  return <code className="font-mono text-muted text-xs">{text}</code>
}

function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex items-start justify-between gap-2">
      <Code text={text} />
      <CopyButton text={text} label={label} />
    </span>
  )
}
