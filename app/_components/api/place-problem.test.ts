import { describe, expect, test } from 'vitest'
import { placeProblem } from './place-problem.ts'
import { ApiProblem } from './problem.ts'

const facts = { detail: 'Cause and fix.', errors: [], requestId: 'r-1', retryAfterSeconds: undefined }
const taken = new ApiProblem({ ...facts, status: 409, code: 'email-taken' })

async function failureOf(places: Parameters<typeof placeProblem>[0], thrown: unknown): Promise<unknown> {
  return await placeProblem(places, () => Promise.reject(thrown)).catch((error: unknown) => error)
}

describe('placeProblem', () => {
  test('puts a refusal on the field it is about, in the words of the error table', async () => {
    expect(await failureOf({ 'email-taken': { path: 'email' } }, taken)).toMatchObject({
      code: 'email-taken',
      status: 409,
      requestId: 'r-1',
      errors: [{ path: 'email', code: 'email-taken', message: 'Cause and fix.' }],
    })
  })

  test('says it in other words where the form knows better', async () => {
    const places = { 'email-taken': { path: 'email', message: 'Better.' } }
    expect(await failureOf(places, taken)).toMatchObject({ errors: [{ message: 'Better.' }] })
  })

  test.each([
    ['another code', new ApiProblem({ ...facts, status: 429, code: 'too-many-attempts' })],
    ['anything else', new TypeError('ours')],
  ])('throws on %s as it is', async (_, thrown) => {
    expect(await failureOf({ 'email-taken': { path: 'email' } }, thrown)).toBe(thrown)
  })

  test('hands on an answer', async () => {
    expect(await placeProblem({}, () => Promise.resolve(7))).toBe(7)
  })
})
