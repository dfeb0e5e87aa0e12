import type { JobView } from '#lib/contracts/jobs.ts'
import { jobProgress, jobState } from '#lib/contracts/jobs.ts'
import { AppError } from '#lib/errors.ts'

interface JobRow {
  id: string
  kind: string
  state: string
  priority: number
  subjectKind: string | null
  subjectId: string | null
  subjectLabel: string | null
  actorKind: string | null
  actorId: string | null
  actorLabel: string | null
  progress: unknown
  result: unknown
  error: string | null
  failures: number
  requestId: string | null
  publishedAt: Date | null
  cancelRequestedAt: Date | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

/** What a team sees of its job: never the payload, which is for its handler. */
export function showJob(row: JobRow): JobView {
  const progress = jobProgress.safeParse(row.progress)
  return {
    id: row.id,
    kind: row.kind,
    state: jobState.parse(row.state),
    priority: row.priority,
    subject: named(row.subjectKind, row.subjectId, row.subjectLabel),
    actor: named(row.actorKind, row.actorId, row.actorLabel),
    progress: progress.success ? progress.data : null,
    result: row.result === null ? null : (row.result as JobView['result']),
    error: row.error,
    failures: row.failures,
    isPublished: row.publishedAt !== null,
    requestId: row.requestId,
    cancelRequestedAt: row.cancelRequestedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  }
}

function named(kind: string | null, id: string | null, label: string | null): JobView['subject'] {
  return kind === null || id === null ? null : { kind, id, label: label ?? id }
}

/** The live event after a change somebody has made to a job. */
export function jobChanged(jobId: string) {
  return { kind: 'job.changed', payload: { jobIds: [jobId] } }
}

/** Why a change found no row: there is no such job, or it is not in a state for it. */
export function refuse(isKnown: boolean, jobId: string, what: string): AppError {
  return new AppError(isKnown ? 'conflict' : 'not-found', `Job ${jobId} cannot be ${what}`)
}
