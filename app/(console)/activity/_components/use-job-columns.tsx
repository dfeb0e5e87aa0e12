'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import type { Column } from '#app/_components/table/column.ts'
import { RowButton } from '#app/_components/table/row-button.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { JobView } from '#lib/contracts/jobs.ts'
import { JobActor } from './job-actor.tsx'
import { useKindName } from './job-names.ts'
import { JobProgress } from './job-progress.tsx'
import { JobState } from './job-state.tsx'

/** One line of the activity: what, how it stands, who asked and when. The name opens the whole job. Keep `onOpen` stable. */
export function useJobColumns(onOpen: (job: JobView) => void): readonly Column<JobView>[] {
  const t = useTranslations('activity.table')
  const nameOf = useKindName()
  const sentenceOf = useKeyTranslator('errors')
  return useMemo(
    () => [
      {
        id: 'job',
        header: t('job'),
        isTitle: true,
        cell: (job) => (
          <RowButton onOpen={() => onOpen(job)}>
            {nameOf(job.kind)}
            {job.subject ? (
              <span className="block font-normal text-muted text-xs [overflow-wrap:anywhere]">{job.subject.label}</span>
            ) : null}
          </RowButton>
        ),
      },
      {
        id: 'state',
        header: t('state'),
        cell: (job) => (
          <span className="flex flex-col items-start gap-1">
            <JobState job={job} />
            {job.state === 'failed' && job.error !== null ? (
              <span className="max-w-72 text-muted text-xs">{sentenceOf(job.error)}</span>
            ) : null}
          </span>
        ),
      },
      { id: 'progress', header: t('progress'), cell: (job) => (job.progress ? <JobProgress job={job} /> : '—') },
      { id: 'actor', header: t('actor'), hideBelow: 'lg', cell: ({ actor }) => <JobActor actor={actor} /> },
      { id: 'createdAt', header: t('createdAt'), cell: ({ createdAt }) => <Time value={createdAt} /> },
    ],
    [t, nameOf, sentenceOf, onOpen],
  )
}
