'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import type { BackupView } from '#lib/contracts/backup-catalogue.ts'
import { backupPhases } from '#lib/contracts/backup-catalogue.ts'
import type { BackupStatus } from '#lib/contracts/backups.ts'
import { jobView } from '#lib/contracts/jobs.ts'
import { useApiQuery } from '../api/use-api-query.ts'
import { Badge } from '../ui/badge.tsx'
import { Spinner } from '../ui/spinner.tsx'
import type { Tone } from '../ui/tone.tsx'

const tones: Record<BackupStatus, Tone> = {
  pending: 'neutral',
  running: 'info',
  verified: 'ok',
  unverified: 'warn',
  failed: 'danger',
  missing: 'danger',
}

/** What is known of a backup in a word; while it runs, where it has come to. */
export function BackupState({ backup }: { backup: Pick<BackupView, 'state' | 'deletingAt' | 'isPinned' | 'jobId'> }) {
  const t = useTranslations('backups.states')
  const { state, deletingAt, isPinned, jobId } = backup
  return (
    <span className="flex flex-col items-start gap-0.5 max-sm:items-end">
      <span className="flex flex-wrap gap-1 max-sm:justify-end">
        <Badge tone={tones[state]} {...(state === 'running' ? { icon: <Spinner decorative /> } : {})}>
          {t(state)}
        </Badge>
        {deletingAt === null ? null : <Badge tone="warn">{t('deleting')}</Badge>}
        {isPinned ? <Badge icon={null}>{t('pinned')}</Badge> : null}
      </span>
      {state === 'running' && jobId !== null ? <BackupPhase jobId={jobId} /> : null}
    </span>
  )
}

const job = z.object({ data: jobView.pick({ progress: true }) })

/** Phases last seconds, and events tell of a job's end alone. */
const lookAgainMs = 2_000

function BackupPhase({ jobId }: { jobId: string }) {
  const t = useTranslations('backups.phases')
  const { data } = useApiQuery(`/jobs/${jobId}`, job, { refetchIntervalMs: lookAgainMs })
  const phase = backupPhases.find((name) => name === data?.data.progress?.step)
  return phase === undefined ? null : <span className="text-muted text-sm">{t(phase)}</span>
}
