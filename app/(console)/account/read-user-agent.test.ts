import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readUserAgent } from './read-user-agent.ts'

describe('readUserAgent', () => {
  test.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      'Chrome',
      'Linux',
      false,
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
      'Edge',
      'Windows',
      false,
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      'Safari',
      'macOS',
      false,
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari',
      'iOS',
      true,
    ],
    ['Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0', 'Firefox', 'Android', true],
    ['curl/8.14.1', 'curl', '', false],
    ['', '', '', false],
  ])('names browser and system of %s', (header, ...facts) => {
    const { browser, system, isHandheld } = readUserAgent(header)
    expect([browser, system, isHandheld]).toEqual(facts)
  })

  test('takes whatever a client sends', () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(readUserAgent(header).browser).toBeTypeOf('string')
      }),
    )
  })
})
