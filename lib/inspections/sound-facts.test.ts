import { expect, test } from 'vitest'
import { dayMs, minuteMs } from '#lib/time.ts'
import { ago, factsOf, hashOf, lookedAt, memberOf, seen, silent, statusOf } from './healthy-facts.ts'
import { soundFacts } from './sound-facts.ts'

test('what was seen in this collection stays', () => {
  expect(soundFacts(factsOf())).toEqual(factsOf())
})

test.each([
  [minuteMs, statusOf(1n)],
  [minuteMs + 1, undefined],
  [-minuteMs, statusOf(1n)],
  [-minuteMs - 1, undefined],
])('a status of %d ms before the collection', (ms, value) => {
  const at = ago(ms)
  const { members } = soundFacts(factsOf({ members: [memberOf(1n, { status: seen(statusOf(1n), at) })] }))
  expect(members[0]?.status).toEqual(value ? { at, value } : { at, problem: { code: 'outdated' } })
})

test.each([
  [2 * dayMs, false],
  [2 * dayMs + 1, true],
  [-minuteMs, false],
  [-minuteMs - 1, true],
])('a daily count of %d ms before the collection is outdated: %s', (ms, isOutdated) => {
  const { keys } = soundFacts(factsOf({ keys: seen({ total: 1n, prefixes: [] }, ago(ms)) }))
  expect('problem' in keys).toBe(isOutdated)
})

test('what another member or another cluster said is no evidence', () => {
  const header = { ...statusOf(1n).header, clusterId: 1n }
  const members = [
    memberOf(1n, { status: seen(statusOf(2n)), hash: seen(hashOf(2n)) }),
    memberOf(2n, { status: seen(statusOf(2n, { header: { ...header, memberId: 2n } })) }),
  ]
  const sound = soundFacts(factsOf({ members }))
  const another = { at: lookedAt, problem: { code: 'another-answered' } }
  expect(sound.members.map(({ status }) => status)).toEqual([another, another])
  expect(sound.members[0]?.hash).toEqual(another)
})

test('without a list any cluster will do', () => {
  expect(soundFacts(factsOf({ list: silent })).members).toEqual(factsOf().members)
})
