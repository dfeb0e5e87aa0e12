import { describe, expect, test } from 'vitest'
import type { KeyCommand, Stroke } from './key-strokes.ts'
import { meaningOf, nothingPressed } from './key-strokes.ts'

const goToKeys = new Set(['c', 'm'])

/** What a series of presses ends in. */
function press(...strokes: (string | Partial<Stroke>)[]): KeyCommand | undefined {
  let memory = nothingPressed
  let command: KeyCommand | undefined
  for (const [index, stroke] of strokes.entries()) {
    const given = typeof stroke === 'string' ? { key: stroke } : stroke
    const whole = { key: '', hasMod: false, hasAlt: false, isTaken: false, atMs: index * 100, ...given }
    const meaning = meaningOf(whole, memory, goToKeys)
    memory = meaning.memory
    command = meaning.command
  }
  return command
}

describe('meaningOf', () => {
  test.each<[string, (string | Partial<Stroke>)[], KeyCommand | undefined]>([
    ['Ctrl or Command with K opens the palette', [{ key: 'k', hasMod: true }], 'palette'],
    ['it does so from inside a field too', [{ key: 'k', hasMod: true, isTaken: true }], 'palette'],
    ['a capital K is the same key', [{ key: 'K', hasMod: true }], 'palette'],
    ['a question mark opens the list of keys', ['Shift', '?'], 'help'],
    ['a slash goes to the search', ['/'], 'search'],
    ['g then a letter goes to a page', ['g', 'm'], { goTo: 'm' }],
    ['g then another letter goes nowhere', ['g', 'x'], undefined],
    ['a letter alone goes nowhere', ['m'], undefined],
    ['a letter after a wrong one goes nowhere', ['g', 'x', 'm'], undefined],
    [
      'a second key that comes too late goes nowhere',
      [
        { key: 'g', atMs: 0 },
        { key: 'm', atMs: 2_000 },
      ],
      undefined,
    ],
    ['g twice still waits', ['g', 'g', 'c'], { goTo: 'c' }],
    ['keys typed into a field are left alone', [{ key: '?', isTaken: true }], undefined],
    ['a sequence does not reach into a field', ['g', { key: 'm', isTaken: true }], undefined],
    ['keys with Alt are left to the system', [{ key: '/', hasAlt: true }], undefined],
    ['other keys with Ctrl are left to the browser', [{ key: 'c', hasMod: true }], undefined],
  ])('%s', (_guarantee, strokes, expected) => {
    expect(press(...strokes)).toEqual(expected)
  })
})
