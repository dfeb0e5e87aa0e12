import { describe, expect, it } from 'vitest'
import type { ErrorCode } from './errors.ts'
import { AppError, errorCodes, toAppError } from './errors.ts'
import en from './i18n/messages/en/errors.json' with { type: 'json' }
import zh from './i18n/messages/zh/errors.json' with { type: 'json' }

const codes = Object.keys(errorCodes) as ErrorCode[]
const timedCodes = ['rate-limited', 'too-many-attempts']

describe('the table of failures', () => {
  it.each(codes)('%s has an HTTP status of its kind', (code) => {
    expect(errorCodes[code].status).toBeGreaterThanOrEqual(400)
    expect(errorCodes[code].status).toBeLessThanOrEqual(504)
  })

  it('never asks for a retry of what only a changed request can mend', () => {
    const hopeless = codes.filter((code) => [400, 401, 403, 404, 410, 413, 415, 422].includes(errorCodes[code].status))
    expect(hopeless.filter((code) => errorCodes[code].retryable)).toEqual([])
  })

  it.each([
    ['English', en],
    ['Chinese', zh],
  ])('has a sentence for every code and no other in %s', (_, sentences) => {
    expect(Object.keys(sentences).toSorted()).toEqual(codes.toSorted())
  })

  it.each([
    ['English', en],
    ['Chinese', zh],
  ])(
    'asks in %s for no value but the seconds to wait, and those only where the thrower must give them',
    (_, sentences) => {
      for (const [code, sentence] of Object.entries(sentences)) {
        const names = [...sentence.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name)
        expect(names, code).toEqual(timedCodes.includes(code) ? ['retryAfterSeconds'] : [])
      }
    },
  )

  it.each(Object.entries(en))('says for %s both what is wrong and what to do', (_, sentence) => {
    expect(sentence.match(/[.:?](\s|$)/g)?.length ?? 0, sentence).toBeGreaterThanOrEqual(2)
  })
})

describe('AppError', () => {
  it('takes status and retryability from the table', () => {
    const error = new AppError('dependency-unavailable', 'Redis does not answer')
    expect([error.status, error.retryable, error.isExpected]).toEqual([503, true, true])
    expect(new AppError('secret-unreadable', 'x').isExpected).toBe(false)
  })

  it('carries the seconds to wait', () => {
    const error = new AppError('rate-limited', 'too fast', { details: { retryAfterSeconds: 7 } })
    expect(error.details).toEqual({ retryAfterSeconds: 7 })
  })

  it('has no cause where none was given, and keeps one that is undefined apart from none', () => {
    expect('cause' in new AppError('conflict', 'x')).toBe(false)
    expect('cause' in new AppError('conflict', 'x', { cause: undefined })).toBe(true)
  })

  it('is recognised when another copy of the module made it', async () => {
    const copyUrl = new URL('./errors.ts?copy', import.meta.url).href
    const copy: typeof import('./errors.ts') = await import(/* @vite-ignore */ copyUrl)
    const error = new copy.AppError('conflict', 'x')
    expect(copy.AppError).not.toBe(AppError)
    expect(error instanceof AppError).toBe(true)
    expect(toAppError(error)).toBe(error)
  })

  it.each([new Error('x'), { code: 'conflict' }, null, undefined, 'text'])(
    'does not take %s for its own',
    (stranger) => {
      expect(stranger instanceof AppError).toBe(false)
    },
  )
})

describe('toAppError', () => {
  it('leaves ours as they are', () => {
    const error = new AppError('last-owner', 'x')
    expect(toAppError(error)).toBe(error)
  })

  it('makes a stranger internal and keeps it as the cause, without telling its message', () => {
    const stranger = new Error('relation "user" does not exist')
    const error = toAppError(stranger)
    expect([error.code, error.cause]).toEqual(['internal', stranger])
    expect(error.message).not.toContain('relation')
  })
})
