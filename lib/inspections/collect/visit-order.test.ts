import { expect, test } from 'vitest'
import { downMember, memberOf, notSeen } from '../healthy-facts.ts'
import { visitOrder } from './visit-order.ts'

const members = [1n, 2n, 3n, 4n, 5n].map((id) => ({ id }))
const idsIn = (order: Parameters<typeof visitOrder>[1]) => visitOrder(members, order).map(({ id }) => Number(id))

test('members of which nothing is known are visited as they are listed', () => {
  expect(idsIn({ teller: undefined, before: [] })).toEqual([1, 2, 3, 4, 5])
})

test('who told the list is visited first, then who answered last time, and who was down last of all', () => {
  const notAsked = memberOf(2n, { status: notSeen('not-asked') })
  const before = [downMember(1n), notAsked, memberOf(3n), downMember(4n)]
  expect(idsIn({ teller: 4n, before })).toEqual([4, 3, 2, 5, 1])
  expect(idsIn({ teller: undefined, before })).toEqual([3, 2, 5, 1, 4])
})
