import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '#lib/errors.ts'
import { AppError, errorCodes } from '#lib/errors.ts'
import { isPassing, isUnclear, withRetries } from './retry.ts'
import { storeLimits, transferMs } from './store-limits.ts'

const limits = { ...storeLimits, backoffMs: 1, attemptsMax: 4 }

function failure(code: ErrorCode): AppError {
  if (code === 'rate-limited' || code === 'too-many-attempts') throw new Error('Not of a store')
  return new AppError(code, 'Said by the test')
}

const codes = Object.keys(errorCodes).filter((code): code is ErrorCode => code.startsWith('storage-'))

describe('trying again', () => {
  it.each(codes)('is done for %s exactly where the table of failures says that it may help', (code) => {
    expect(isPassing(failure(code))).toBe(errorCodes[code].retryable)
  })

  it.each([['internal'], ['name-unknown'], ['certificate-untrusted'], ['address-denied']] as [ErrorCode][])(
    'is not done for %s',
    (code) => {
      expect(isPassing(failure(code))).toBe(false)
    },
  )

  it('ends after as many attempts as are allowed, with the last failure', async () => {
    let attempts = 0
    const work = () => {
      attempts += 1
      return Promise.reject(failure(attempts === 4 ? 'storage-slow-down' : 'storage-unavailable'))
    }
    await expect(withRetries({ limits }, work)).rejects.toMatchObject({ code: 'storage-slow-down' })
    expect(attempts).toBe(4)
  })

  it('is given up at once when nobody waits for it any more', async () => {
    const asker = new AbortController()
    const patient = { ...limits, backoffMs: 60_000, attemptsMax: 100 }
    const tried = withRetries({ limits: patient, signal: asker.signal }, () => {
      setImmediate(() => asker.abort(new Error('Went away')))
      return Promise.reject(failure('storage-unavailable'))
    })
    await expect(tried).rejects.toThrow('Went away')
  })
})

it.each(['storage-unavailable', 'storage-bad-answer', 'timed-out', 'connection-reset'] as const)(
  'after %s nobody knows whether it was done',
  (code) => {
    expect(isUnclear(failure(code))).toBe(true)
  },
)

it.each(['storage-slow-down', 'connection-refused', 'storage-denied', 'storage-object-exists'] as const)(
  'after %s it is known that nothing was done',
  (code) => {
    expect(isUnclear(failure(code))).toBe(false)
  },
)

it('gives a call with bytes the time that the slowest way takes for them', () => {
  expect([transferMs(0), transferMs(1), transferMs(8 * 1024 * 1024)]).toEqual([0, 1000, 128_000])
})
