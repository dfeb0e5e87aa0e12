import { ApiProblem } from './problem.ts'

const keySizeBytes = 16

/** A fresh random key; works on plain HTTP too, where `crypto.randomUUID` is missing. */
function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keySizeBytes))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * One key per thing somebody wants done: sending the same values again keeps it while nobody knows whether the last attempt
 * was done; other values, a success or a clear refusal begin anew.
 */
export class IntentKey {
  #key = ''
  #intent = ''

  /** The key under which to send these values, compared as JSON. */
  keyFor(values: unknown): string {
    const intent = JSON.stringify(values) ?? ''
    if (this.#key === '' || intent !== this.#intent) this.#key = newIdempotencyKey()
    this.#intent = intent
    return this.#key
  }

  /** Says how the attempt under `key` ended: with `failure`, or well when there is none. */
  settle(key: string, failure?: unknown): void {
    if (key === this.#key && !leavesDoubt(failure)) this.#key = ''
  }
}

/** No answer, or one from something that broke on the way: the work may have been done. */
function leavesDoubt(failure: unknown): boolean {
  if (!(failure instanceof ApiProblem)) return false
  return failure.status === 0 || failure.status >= 500 || failure.code === 'idempotency-in-progress'
}
