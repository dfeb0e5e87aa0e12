import { z } from 'zod'
import { id, instant, pageQuery } from './paging.ts'

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export const jobState = z.enum(jobStates, { error: 'job-state-unknown' })
export type JobState = z.infer<typeof jobState>

/** Every kind of job there is a word for; the table of `lib/jobs` has the same. */
export const jobKinds = [
  'send-invitation-mail',
  'check-cluster-import',
  'run-cluster-import',
  'take-backup',
  'run-drill',
  'compare-target',
] as const

/** How far a job has come, in things of its own kind (rows, keys, bytes). */
export const jobProgress = z.object({
  done: z.number().nonnegative(),
  /** Null while nobody knows how many there are. */
  total: z.number().nonnegative().nullable(),
  /** What it is at, as a code in kebab-case; null where there is only one thing to be at. */
  step: z.string().nullable(),
})
export type JobProgress = z.infer<typeof jobProgress>

const named = z.object({ kind: z.string(), id: z.string(), label: z.string() })

export const jobView = z.object({
  id,
  kind: z.string(),
  state: jobState,
  /** 1 most urgent, 9 least. */
  priority: z.number(),
  /** What it is about. */
  subject: named.nullable(),
  /** Who asked for it; null for what nobody in particular asked for. */
  actor: named.nullable(),
  progress: jobProgress.nullable(),
  /** What it had to say at its end. */
  result: z.record(z.string(), z.json()).nullable(),
  /** Code of the last failure. */
  error: z.string().nullable(),
  /** Failures so far; each but the last was tried again. */
  failures: z.number(),
  /** Whether its time in the queue has come, or it waits for other jobs of the team to end. */
  isPublished: z.boolean(),
  /** Set from the wish to stop it until it has stopped, and after. */
  cancelRequestedAt: instant.nullable(),
  createdAt: instant,
  startedAt: instant.nullable(),
  finishedAt: instant.nullable(),
  requestId: z.string().nullable(),
})
export type JobView = z.infer<typeof jobView>

export const jobParams = z.object({ jobId: id })
export const listJobsQuery = pageQuery.extend({
  state: jobState.optional(),
  kind: z.string().trim().max(100).optional(),
  subject: z.string().trim().max(100).optional(),
})
