import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSecretToken } from '#lib/ids.ts'
import type { JsonValue } from './json-value.ts'
import { redactDiff, tidyText } from './redact-diff.ts'

describe('the diff in the audit log', () => {
  it.each([
    ['password', ['old', 'new'], ['[redacted]', '[redacted]']],
    ['clientSecret', [null, 'new'], [null, '[redacted]']],
    ['tokenHash', 'x', '[redacted]'],
    ['apiKey', { prefix: 'kst' }, { prefix: '[redacted]' }],
    ['passphrase', ['a', null], ['[redacted]', null]],
    ['credentials', { user: 'root', hasPassword: true }, { user: '[redacted]', hasPassword: true }],
    ['role', ['viewer', 'admin'], ['viewer', 'admin']],
    ['labels', { env: 'prod', token: 'x' }, { env: 'prod', token: '[redacted]' }],
    ['count', [1, 2], [1, 2]],
  ] as [string, JsonValue, JsonValue][])('keeps of %s %j only %j', (name, value, kept) => {
    expect(redactDiff({ [name]: value })).toEqual({ [name]: kept })
  })

  it('holds no token of ours, wherever it stands', () => {
    const token = newSecretToken('kst')
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, before) => {
        const diff = redactDiff({ note: [value as JsonValue, `${before} ${token} `] })
        expect(JSON.stringify(diff)).not.toContain(token)
      }),
    )
  })

  it('holds only text that Postgres gives back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const tidy = tidyText(`${text}\0\ud800`)
        expect(tidy.isWellFormed()).toBe(true)
        expect(tidy).not.toContain('\0')
      }),
    )
  })
})
