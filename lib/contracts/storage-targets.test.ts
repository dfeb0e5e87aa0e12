import { expect, test } from 'vitest'
import { updateTargetBody } from './storage-targets.ts'

test('a change of one part of the way to a bucket leaves the others as they are', () => {
  expect(updateTargetBody.parse({ settings: { accessKeyId: 'NEW' } })).toEqual({ settings: { accessKeyId: 'NEW' } })
})

test('what can be done without is taken away by null, what cannot is refused', () => {
  const settings = { endpoint: null, caPem: null }
  expect(updateTargetBody.parse({ settings })).toEqual({ settings })
  expect(updateTargetBody.safeParse({ settings: { region: null } }).success).toBe(false)
  expect(updateTargetBody.safeParse({ settings: { accessKeyId: null } }).success).toBe(false)
})

test('neither bucket nor prefix can be changed', () => {
  expect(updateTargetBody.safeParse({ settings: { bucket: 'another' } }).success).toBe(false)
  expect(updateTargetBody.safeParse({ settings: { prefix: 'elsewhere' } }).success).toBe(false)
})
