import { randomUUID } from 'node:crypto'
import { AppError, toAppError } from '#lib/errors.ts'
import { minuteMs } from '#lib/time.ts'
import type { ObjectStore, StoreCapabilities } from './object-store.ts'
import type { ProbedPlace, StepOutcome } from './probe-steps.ts'
import { probeSteps } from './probe-steps.ts'

export type ProbeStepName = (typeof probeSteps)[number]['name']

export interface ProbeResult {
  readonly step: ProbeStepName
  /**
   * `fail`: what has to work does not, and `error` says why. `not-supported`: the place does without, and so will we. `skipped`: what
   * it builds on has failed.
   */
  readonly outcome: StepOutcome | 'fail' | 'skipped'
  readonly ms: number
  /** With `details.permission` where a right is missing, in S3's words. */
  readonly error?: AppError
}

export interface ProbeReport {
  readonly steps: readonly ProbeResult[]
  readonly capabilities: StoreCapabilities
  /** Whether backups can be written, read back, found and removed there. */
  readonly isUsable: boolean
  /** Keys that the probe wrote and could not take away again. */
  readonly leftBehind: readonly string[]
}

const probeMs = 3 * minuteMs

/**
 * Tries out everything that backups need of a place, on objects of its own below `kstone-probe-…/`, and leaves nothing behind.
 * A place that fails is told step by step, never thrown; one that takes longer than `timeoutMs` (three minutes) in all has failed at
 * the step it was at.
 *
 * @throws the signal's reason when it is aborted
 */
export async function probeStore(
  store: ObjectStore,
  { signal, timeoutMs = probeMs }: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<ProbeReport> {
  const timeout = AbortSignal.timeout(timeoutMs)
  const place: ProbedPlace = {
    store,
    folder: `kstone-probe-${randomUUID()}/`,
    signal: AbortSignal.any([timeout, ...(signal ? [signal] : [])]),
    found: { ...nothingKnown },
    uploads: [],
    keys: new Set(),
  }
  const results: ProbeResult[] = []
  try {
    for (const step of probeSteps) {
      const isReady = !timeout.aborted && step.needs.every((name) => hasPassed(results, name))
      results.push(isReady && !isHopeless(results) ? await take(step, place) : skipped(step.name))
      signal?.throwIfAborted()
    }
  } finally {
    await cleanUp(place)
  }
  const isUsable = probeSteps.every(({ name, isNeeded }) => !isNeeded || hasPassed(results, name))
  return { steps: results, capabilities: place.found, isUsable, leftBehind: [...place.keys] }
}

const nothingKnown: StoreCapabilities = {
  conditionalPut: false,
  conditionalComplete: false,
  multipart: false,
  rangedGet: false,
  listUploads: false,
  etagIsMd5: false,
}

async function take(step: (typeof probeSteps)[number], place: ProbedPlace): Promise<ProbeResult> {
  const since = performance.now()
  const ms = () => Math.round(performance.now() - since)
  try {
    return { step: step.name, outcome: await step.take(place), ms: ms() }
  } catch (error) {
    return {
      step: step.name,
      outcome: 'fail',
      ms: ms(),
      error: place.signal.aborted ? tooSlow(error) : toAppError(error),
    }
  }
}

function tooSlow(cause: unknown): AppError {
  return new AppError('timed-out', 'The probe took too long', { cause, details: { phase: 'probe' } })
}

function skipped(step: ProbeStepName): ProbeResult {
  return { step, outcome: 'skipped', ms: 0 }
}

function hasPassed(results: readonly ProbeResult[], name: string): boolean {
  return results.some(({ step, outcome }) => step === name && outcome === 'pass')
}

/** Missing rights differ from step to step; whatever else fails at the first one fails at all of them. */
function isHopeless([first]: readonly ProbeResult[]): boolean {
  return first?.outcome === 'fail' && first.error?.code !== 'storage-denied'
}

/** Whatever steps have left, however they ended. */
async function cleanUp({ store, uploads, keys }: ProbedPlace): Promise<void> {
  for (const upload of uploads) await upload.abort().catch(() => undefined)
  for (const key of keys) {
    await store.delete(key).then(
      () => keys.delete(key),
      () => undefined,
    )
  }
}
