import { expect, it } from 'vitest'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import { emptyErrandBook } from '#lib/inspections/collect/memory.ts'
import { downMember, factsOf, lookedAt, memberOf, statusOf } from '#lib/inspections/healthy-facts.ts'
import { decodeFacts, encodeFacts } from './stored-facts.ts'

const memory: Memory = {
  facts: factsOf({ members: [memberOf(18_446_744_073_709_551_615n), downMember(2n)] }),
  lastStatus: { '2': { at: lookedAt, value: statusOf(2n, { latencyMs: 0.5 }) } },
  errands: { ...emptyErrandBook, hashedAt: lookedAt, compactRevision: 9n },
  toldBy: 'https://10.0.0.1:2379',
}

it('keeps facts as they were: 64-bit numbers, times, what is absent', () => {
  const decoded = decodeFacts(JSON.parse(encodeFacts(memory)))
  expect(decoded).toEqual({ shape: 4, ...memory })
})

it.each([null, undefined, {}, [], 'x', { shape: 3 }, { shape: 99 }])('reads nothing from %j', (column) => {
  expect(decodeFacts(column)).toBeUndefined()
})
