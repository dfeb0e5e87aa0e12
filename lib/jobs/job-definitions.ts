import { z } from 'zod'
import { hourMs, minuteMs, secondMs } from '#lib/time.ts'

/** One kind of background work. */
export interface JobDefinition {
  /** Jobs of one queue share its workers; kinds that may not wait for each other stand in different ones. */
  queue: string
  /** Ids only: whatever else the work needs it reads, as it is by then. Redis and logs never see a value. */
  payload: z.ZodType
  /** Failures, each with a code that allows it to be tried again, before the next one is final. */
  attemptsMax: number
  /** Pause after the first failure; it doubles with each further one, up to `backoffMaxMs`. */
  backoffMs: number
  backoffMaxMs: number
  /** An attempt is cut off after this. */
  timeoutMs: number
}

/**
 * The queues, each with the jobs one worker runs of it at once: more than any plan lets one team have in flight
 * (`concurrent-jobs`), so that no team can fill all places of a worker.
 */
export const queues = {
  mail: { jobsAtOnce: 32 },
  clusters: { jobsAtOnce: 32 },
  // Most of them wait for a place: how many stream at once is for `lib/services/backups` to say.
  backups: { jobsAtOnce: 32 },
  drills: { jobsAtOnce: 32 },
} as const satisfies Record<string, { jobsAtOnce: number }>

export type QueueName = keyof typeof queues

/** Every kind of job. Its handler stands in `workers/handlers`; the compiler asks for it. */
export const jobDefinitions = {
  'send-invitation-mail': {
    queue: 'mail',
    payload: z.strictObject({ invitationId: z.uuid() }),
    attemptsMax: 8,
    backoffMs: 5 * secondMs,
    backoffMaxMs: 10 * minuteMs,
    timeoutMs: 30 * secondMs,
  },
  'check-cluster-import': {
    queue: 'clusters',
    payload: z.strictObject({ importId: z.uuid() }),
    attemptsMax: 5,
    backoffMs: 5 * secondMs,
    backoffMaxMs: minuteMs,
    timeoutMs: 15 * minuteMs,
  },
  'run-cluster-import': {
    queue: 'clusters',
    payload: z.strictObject({ importId: z.uuid() }),
    attemptsMax: 5,
    backoffMs: 5 * secondMs,
    backoffMaxMs: minuteMs,
    timeoutMs: 15 * minuteMs,
  },
  // Waits for its place and for room first; the plan bounds the work itself.
  'take-backup': {
    queue: 'backups',
    payload: z.strictObject({ backupId: z.uuid() }),
    attemptsMax: 4,
    backoffMs: 5 * secondMs,
    backoffMaxMs: minuteMs,
    timeoutMs: 6 * hourMs,
  },
  'run-drill': {
    queue: 'drills',
    payload: z.strictObject({ drillId: z.uuid() }),
    attemptsMax: 3,
    backoffMs: 10 * secondMs,
    backoffMaxMs: minuteMs,
    timeoutMs: 6 * hourMs,
  },
  'compare-target': {
    queue: 'backups',
    payload: z.strictObject({ targetId: z.uuid() }),
    attemptsMax: 3,
    backoffMs: minuteMs,
    backoffMaxMs: 10 * minuteMs,
    timeoutMs: hourMs,
  },
} as const satisfies Record<string, JobDefinition & { queue: QueueName }>

export type JobName = keyof typeof jobDefinitions
export type JobPayload<Name extends JobName> = z.output<(typeof jobDefinitions)[Name]['payload']>

/** A kind with its payload, as whoever asks for the work writes it. */
export type JobRequest = { [Name in JobName]: { kind: Name; payload: JobPayload<Name> } }[JobName]

/** Pause after the so-manieth failure, with up to a fifth more so that jobs that failed together part. */
export function backoffOf(definition: JobDefinition, failures: number, random: number = Math.random()): number {
  const doubled = definition.backoffMs * 2 ** (failures - 1)
  return Math.round(Math.min(doubled, definition.backoffMaxMs) * (1 + random / 5))
}
