import { describe, expect, it } from 'vitest'
import { IntentKey } from './idempotency-key.ts'
import { ApiProblem, networkProblem } from './problem.ts'

const values = { name: 'edge' }
const problem = (status: number, code: string) =>
  new ApiProblem({ status, code, detail: '', errors: [], requestId: undefined, retryAfterSeconds: undefined })

/** Whether the same values are sent under the same key after an attempt that ended like this. */
function staysAfter(failure?: unknown): boolean {
  const intent = new IntentKey()
  const first = intent.keyFor(values)
  intent.settle(first, failure)
  return intent.keyFor({ ...values }) === first
}

describe('the key of an intent', () => {
  it('is random, and long enough for the server', () => {
    const keys = Array.from({ length: 100 }, () => new IntentKey().keyFor(values))
    expect(new Set(keys).size).toBe(100)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
  })

  it.each([
    ['no answer came', networkProblem(new TypeError('Failed to fetch'))],
    ['something on the way broke', problem(502, 'unexpected')],
    ['an equal request is still at work', problem(409, 'idempotency-in-progress')],
  ])('stays when %s', (_why, failure) => expect(staysAfter(failure)).toBe(true))

  it.each([
    ['it was done', undefined],
    ['it was refused', problem(422, 'invalid-input')],
    ['the page itself failed', new Error('ours')],
  ])('is new once %s', (_why, failure) => expect(staysAfter(failure)).toBe(false))

  it('is new when the values changed, and an earlier attempt that ends late does not end it', () => {
    const intent = new IntentKey()
    const first = intent.keyFor(values)
    const second = intent.keyFor({ name: 'core' })
    expect(second).not.toBe(first)
    intent.settle(first)
    expect(intent.keyFor({ name: 'core' })).toBe(second)
  })
})
