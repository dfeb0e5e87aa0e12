import { expect, test } from 'vitest'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import { emptyErrandBook } from '#lib/inspections/collect/memory.ts'
import { downMember, factsOf, memberOf } from '#lib/inspections/healthy-facts.ts'
import { answeringFirst } from './answering-first.ts'

const endpoints = [1, 2, 3, 4].map((member) => `https://10.0.0.${member}:2379`)
const [one, two, three, four] = endpoints

const memory: Memory = {
  facts: factsOf({ members: [downMember(1n), downMember(2n), memberOf(3n)] }),
  lastStatus: {},
  errands: emptyErrandBook,
  toldBy: null,
}

test('where a member answered last time is asked first', () => {
  expect(answeringFirst(endpoints, { memory, attempt: 1 })).toEqual([three, one, two, four])
})

test('who told the list last time is asked first, be it no member, as a balancer', () => {
  const told = { ...memory, toldBy: four ?? null }
  expect(answeringFirst(endpoints, { memory: told, attempt: 1 })).toEqual([three, four, one, two])
})

test('while no members are known, another one is asked first each time', () => {
  const unlisted = { ...memory, facts: factsOf({ members: [] }) }
  for (const nothing of [undefined, unlisted]) {
    const firsts = [1, 2, 3, 4, 5].map((attempt) => answeringFirst(endpoints, { memory: nothing, attempt })[0])
    expect(firsts).toEqual([one, two, three, four, one])
  }
  expect(answeringFirst(endpoints, { memory, attempt: 3 })).toEqual([three, one, two, four])
})

test('no endpoints are none', () => {
  expect(answeringFirst([], { memory, attempt: 7 })).toEqual([])
})
