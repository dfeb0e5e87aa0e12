import { expect, test } from 'vitest'
import { matchCommand } from './match-command.ts'

test.each<[string, number]>([
  ['mem', 1],
  ['MEMBERS', 1],
  ['bers', 0.8],
  ['users roles', 0.5],
  ['roles page-members', 0.5],
  ['mbrs', 0],
  ['members clusters', 0],
])('Members, typed as “%s”, goes with it by %d', (typed, score) => {
  expect(matchCommand('page-members', typed, ['Members', 'people users roles'])).toBe(score)
})
