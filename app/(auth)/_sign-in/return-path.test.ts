import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { homePath, returnPath } from './return-path.ts'

describe('returnPath', () => {
  test.each(['/clusters/0198?tab=members', '/members?q=%2F%2Fexample.com', '/audit#top'])('goes back to %s', (path) => {
    expect(returnPath(path)).toBe(path)
  })

  test.each([
    undefined,
    ['/clusters'],
    '',
    'members',
    'https://example.com/',
    '//example.com',
    '/\\example.com',
    '\\\\example.com',
    '/\t/example.com',
    '/.//example.com',
    '/x/..//example.com',
    'javascript:alert(1)',
    '/api/auth/signout',
  ])('leads home instead of to %j', (from) => {
    expect(returnPath(from)).toBe(homePath)
  })

  test('never leads to another site, whatever is asked for', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('/', '\\', '.', ':', '@', '\t', '\n', 'a', '?') }),
    )
    fc.assert(
      fc.property(text, (rest) => {
        const url = new URL(returnPath(`/${rest}`), 'https://kstone.example.com/sign-in')
        expect(url.origin).toBe('https://kstone.example.com')
      }),
      { numRuns: 2_000 },
    )
  })
})
