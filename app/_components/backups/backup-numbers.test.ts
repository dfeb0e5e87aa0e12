import { expect, test } from 'vitest'
import { bytesPerSecondOf, storedPercentOf, tookMsOf } from './backup-numbers.ts'

test('a backup took as long as its phases together', () => {
  expect(tookMsOf({ phases: { source: 20, stream: 380 } })).toBe(400)
  expect(tookMsOf({ phases: {} })).toBeUndefined()
})

test('throughput is that of the whole way, and nothing where nothing was measured', () => {
  expect(bytesPerSecondOf({ phases: { stream: 500 }, sizeBytes: 1_000 })).toBe(2_000)
  expect(bytesPerSecondOf({ phases: { stream: 500 }, sizeBytes: null })).toBeUndefined()
  expect(bytesPerSecondOf({ phases: {}, sizeBytes: 1_000 })).toBeUndefined()
})

test('what is stored is told as a share of what came', () => {
  expect(storedPercentOf({ sizeBytes: 1_000, storedBytes: 128 })).toBe(13)
  expect(storedPercentOf({ sizeBytes: 1_000, storedBytes: 13 })).toBe(1.3)
  expect(storedPercentOf({ sizeBytes: 1_000_000, storedBytes: 13 })).toBe(0.1)
  expect(storedPercentOf({ sizeBytes: 0, storedBytes: 0 })).toBeUndefined()
  expect(storedPercentOf({ sizeBytes: 1_000, storedBytes: null })).toBeUndefined()
})
