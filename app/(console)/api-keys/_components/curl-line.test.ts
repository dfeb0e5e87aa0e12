import { expect, test } from 'vitest'
import { curlLine } from './curl-line.ts'

const origin = 'https://kstone.example.com'

test.each([
  [['clusters:read', 'team:read'], '/clusters'],
  [['audit:read'], '/audit-events'],
  [['clusters:write'], '/openapi.json'],
] as const)('a key with %j is tried by reading %s', (scopes, path) => {
  expect(curlLine(origin, { secret: 'kst_1', scopes })).toBe(
    `curl -sS -H 'Authorization: Bearer kst_1' https://kstone.example.com/api/v1${path}`,
  )
})
