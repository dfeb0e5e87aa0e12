'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Alert } from '#app/_components/ui/alert.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Sheet } from '#app/_components/ui/sheet.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { JobView } from '#lib/contracts/jobs.ts'
import { JobActor } from './job-actor.tsx'
import { useKindName } from './job-names.ts'
import { JobProgress } from './job-progress.tsx'
import { JobState } from './job-state.tsx'

export interface JobSheetProps {
  job: JobView | undefined
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Buttons for what can be done with it. */
  footer: ReactNode
}

/** One job, whole: how it stands and why, who asked, what came of it. */
export function JobSheet({ job, open, onOpenChange, footer }: JobSheetProps) {
  const t = useTranslations('activity.sheet')
  const nameOf = useKindName()
  const sentenceOf = useKeyTranslator('errors')
  if (!job) return null
  return (
    <Sheet title={nameOf(job.kind)} open={open} onOpenChange={onOpenChange} {...(footer ? { footer } : {})}>
      <div className="flex flex-col gap-5">
        {job.error !== null && job.state !== 'done' ? (
          <Alert tone={job.state === 'failed' ? 'danger' : 'warn'} title={t('problem')}>
            {sentenceOf(job.error)}
          </Alert>
        ) : null}
        <Facts job={job} />
        {job.result === null ? null : <CodeBlock title={t('result')} code={JSON.stringify(job.result, null, 2)} />}
      </div>
    </Sheet>
  )
}

function Facts({ job }: { job: JobView }) {
  const t = useTranslations('activity')
  const moment = (value: string | null) => (value === null ? '—' : <Time value={value} format="absolute" />)
  return (
    <DescriptionList
      items={[
        { id: 'state', term: t('table.state'), detail: <JobState job={job} /> },
        ...(job.progress ? [{ id: 'progress', term: t('table.progress'), detail: <JobProgress job={job} /> }] : []),
        ...(job.subject ? [{ id: 'subject', term: t('sheet.subject'), detail: job.subject.label }] : []),
        { id: 'actor', term: t('table.actor'), detail: <JobActor actor={job.actor} /> },
        { id: 'asked', term: t('table.createdAt'), detail: moment(job.createdAt) },
        { id: 'started', term: t('sheet.started'), detail: moment(job.startedAt) },
        { id: 'finished', term: t('sheet.finished'), detail: moment(job.finishedAt) },
        { id: 'failures', term: t('sheet.failures'), detail: job.failures },
        { id: 'priority', term: t('sheet.priority'), detail: t('sheet.priorityOf', { priority: job.priority }) },
        { id: 'kind', term: t('sheet.kind'), detail: <code className="font-mono text-muted text-xs">{job.kind}</code> },
        { id: 'id', term: t('sheet.id'), detail: <Copyable text={job.id} label={t('sheet.copyId')} /> },
        ...(job.requestId === null
          ? []
          : [
              {
                id: 'request',
                term: t('sheet.request'),
                detail: <Copyable text={job.requestId} label={t('sheet.copyRequest')} />,
              },
            ]),
      ]}
    />
  )
}

function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span className="flex items-start justify-between gap-2">
      <code className="font-mono text-muted text-xs">{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  )
}
