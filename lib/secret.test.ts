import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from './secret.ts'

const canary = 'canary-5f1c'
const secret = new Secret(canary)

describe('a secret', () => {
  it('gives its value to who asks for it by name', () => {
    expect(secret.reveal()).toBe(canary)
  })

  it.each([
    ['a template', () => `${secret}`],
    ['concatenation', () => `x${String(secret)}`],
    ['JSON', () => JSON.stringify({ nested: [secret] })],
    ['inspect', () => inspect({ nested: [secret] }, { showHidden: true, depth: null })],
    ['format with %s', () => format('%s', secret)],
    ['format with %o', () => format('%o', secret)],
    ['format with %j', () => format('%j', secret)],
    ['object spread', () => JSON.stringify({ ...secret })],
    ['entries', () => JSON.stringify(Object.entries(secret))],
    ['an error message', () => new Error(`failed with ${secret}`).message],
  ])('cannot be told by %s', (_, tell) => {
    expect(tell()).not.toContain(canary)
  })

  it('is not copied by structured clone', () => {
    expect(JSON.stringify(structuredClone({ secret }))).not.toContain(canary)
  })
})
