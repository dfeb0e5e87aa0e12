import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { faultsIn, resolverOf } from './form-resolver.ts'

const signUp = z.strictObject({
  email: z.email({ error: 'email-malformed' }),
  password: z.string().min(12, { error: 'password-too-short' }),
  team: z.object({ name: z.string().min(2) }),
})

const good = { email: 'ada@example.com', password: 'correct horse battery', team: { name: 'Fleet' } }
const options = { fields: {}, shouldUseNativeValidation: false } as const

describe('resolverOf', () => {
  const resolve = resolverOf(signUp, ({ code }) => `told ${code}`)

  test('hands on what the contract accepts', async () => {
    expect(await resolve(good, undefined, options)).toEqual({ values: good, errors: {} })
  })

  test('puts the sentence of each fault on its field, nested ones too', async () => {
    const { errors } = await resolve({ ...good, email: 'ada', team: { name: '' } }, undefined, options)
    expect(errors).toEqual({
      email: { type: 'email-malformed', message: 'told email-malformed' },
      team: { name: { type: 'too-short', message: 'told too-short' } },
    })
  })

  test('shows the first of several faults of one field', async () => {
    const strict = z.object({ code: z.string().min(3, { error: 'first' }).regex(/^\d+$/, { error: 'second' }) })
    const { errors } = await resolverOf(strict, ({ code }) => code)({ code: 'a' }, undefined, options)
    expect(errors).toMatchObject({ code: { type: 'first' } })
  })
})

test('the bound of a fault comes with it, for its sentence', () => {
  expect(faultsIn(signUp, { ...good, password: 'short' })).toEqual([
    { path: 'password', code: 'password-too-short', params: { minimum: 12 } },
  ])
})
