import { z } from 'zod'
import type { ProbeStepView, ProbeView } from '#lib/contracts/storage-targets.ts'
import { AppError } from '#lib/errors.ts'
import type { Secret } from '#lib/secret.ts'
import type { StoreCapabilities } from '#lib/storage/object-store.ts'
import type { ProbeResult } from '#lib/storage/probe.ts'
import { probeStore } from '#lib/storage/probe.ts'
import { openStore } from './open-store.ts'
import type { TargetRow } from './target-rows.ts'

/** What of a failure can be shown; it was made of words and numbers. */
const shownDetails = z.record(z.string(), z.json().catch(null))

/** What trying a place out told. */
export interface Tried {
  readonly view: ProbeView
  readonly capabilities: StoreCapabilities
  /** Why it cannot be used; undefined where it can. */
  readonly failure: AppError | undefined
}

interface Trial {
  readonly place: Pick<TargetRow, 'tenantId' | 'kind' | 'settings'>
  readonly secret: Secret<string> | undefined
  readonly signal: AbortSignal
}

/** Tries out everything backups need of a place. @throws AppError `no-backup-directory`, `address-*` */
export async function tryTarget({ place, secret, signal }: Trial): Promise<Tried> {
  const store = await openStore(place, secret)
  try {
    const { steps, capabilities, isUsable } = await probeStore(store, { signal })
    const view = { isUsable, steps: steps.map(showStep) }
    const failed = steps.find(({ outcome, error }) => outcome === 'fail' && error)
    return { view, capabilities, failure: isUsable ? undefined : failed?.error }
  } finally {
    store.close()
  }
}

/** What the caller is told who wanted to store it: the first thing that is wrong, and every step. */
export function refusalOf({ failure, view }: Tried): AppError | undefined {
  if (view.isUsable) return undefined
  const { code, message, details } = failure ?? new AppError('storage-bad-answer', 'The probe of the storage failed')
  // Codes that ask for a pause say how long; a probe is never told to wait.
  const told = code === 'rate-limited' || code === 'too-many-attempts' ? 'storage-slow-down' : code
  return new AppError(told, message, { details: { ...details, probe: view } })
}

function showStep({ step, outcome, ms, error }: ProbeResult): ProbeStepView {
  return { step, outcome, tookMs: ms, problem: error?.code ?? null, details: shownDetails.parse(error?.details ?? {}) }
}
