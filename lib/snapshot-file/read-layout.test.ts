import { expect, test } from 'vitest'
import { fnv1a64 } from './read-layout.ts'

// The test vectors of the algorithm's own page.
test.each([
  ['', 0xcbf29ce484222325n],
  ['a', 0xaf63dc4c8601ec8cn],
  ['foobar', 0x85944171f73967e8n],
])('FNV-1a of %j is as it is published', (text, expected) => {
  expect(fnv1a64(Buffer.from(text))).toBe(expected)
})
