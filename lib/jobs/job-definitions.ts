import { z } from 'zod'
import { minuteMs, secondMs } from '#lib/time.ts'

/** One kind of background work. */
export interface JobDefinition {
  /** Jobs of one queue share its workers; kinds that may not wait for each other stand in different ones. */
  queue: QueueName
  /** Ids only: whatever else the work needs it reads, as it is by then. Redis and logs never see a value. */
  payload: z.ZodType
  /** Attempts, the first included, before a retryable failure is final. An attempt whose worker died counts. */
  attemptsMax: number
  /** Pause before the second attempt; it doubles with each further one, up to `backoffMaxMs`. */
  backoffMs: number
  backoffMaxMs: number
  /** An attempt is cut off after this. */
  timeoutMs: number
}

export const queueNames = ['mail'] as const
export type QueueName = (typeof queueNames)[number]

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
} as const satisfies Record<string, JobDefinition>

export type JobName = keyof typeof jobDefinitions
export type JobPayload<Name extends JobName> = z.output<(typeof jobDefinitions)[Name]['payload']>

/** A kind with its payload, as whoever asks for the work writes it. */
export type JobRequest = { [Name in JobName]: { kind: Name; payload: JobPayload<Name> } }[JobName]

export function isJobName(kind: string): kind is JobName {
  return Object.hasOwn(jobDefinitions, kind)
}

/** The kinds this build knows; while versions change there may be jobs of others, which are for other workers. */
export const jobNames: readonly string[] = Object.keys(jobDefinitions)

/** Pause before the attempt that follows `attempt`, with up to a fifth more so that jobs that failed together part. */
export function backoffOf(definition: JobDefinition, attempt: number, random: number = Math.random()): number {
  const doubled = definition.backoffMs * 2 ** (attempt - 1)
  return Math.round(Math.min(doubled, definition.backoffMaxMs) * (1 + random / 5))
}
