import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ApiProblem, isWorthRetrying, networkProblem, problemOf } from './problem.ts'

function answer(body: unknown, init: ResponseInit): Response {
  return new Response(typeof body === 'string' ? body : JSON.stringify(body), init)
}

describe('problemOf', () => {
  test('carries code, sentence, wrong fields, request id and waiting time', async () => {
    const body = {
      code: 'invalid-input',
      detail: 'Some fields need another value.',
      errors: [{ path: 'email', code: 'email-malformed', message: 'Write it like name@example.com.' }],
      requestId: 'r-1',
      retryAfterSeconds: 7,
    }
    expect(await problemOf(answer(body, { status: 422 }))).toMatchObject({ ...body, status: 422 })
  })

  test('reads the waiting time from the header when the body has none', async () => {
    const response = answer(
      { code: 'rate-limited', detail: 'Slow down.' },
      { status: 429, headers: { 'retry-after': '30' } },
    )
    expect((await problemOf(response)).retryAfterSeconds).toBe(30)
  })

  test('keeps the request id of an answer it does not understand', async () => {
    const problem = await problemOf(answer('<html>', { status: 502, headers: { 'x-request-id': 'r-2' } }))
    expect(problem).toMatchObject({ code: 'unexpected', status: 502, requestId: 'r-2', errors: [] })
  })

  test('makes a problem of any answer whatsoever', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 400, max: 599 }), async (body, status) => {
        expect(await problemOf(answer(body, { status }))).toBeInstanceOf(ApiProblem)
      }),
    )
  })
})

describe('isWorthRetrying', () => {
  test('asks again when no answer came or the server was busy, not when it refused', async () => {
    expect(isWorthRetrying(networkProblem(new TypeError('Failed to fetch')))).toBe(true)
    expect(isWorthRetrying(await problemOf(answer('', { status: 503 })))).toBe(true)
    expect(isWorthRetrying(await problemOf(answer('', { status: 403 })))).toBe(false)
    expect(isWorthRetrying(new Error('ours'))).toBe(false)
  })
})
