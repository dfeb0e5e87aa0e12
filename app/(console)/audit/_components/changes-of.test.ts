import { expect, test } from 'vitest'
import { changesOf } from './changes-of.ts'

test.each([
  [{ role: ['viewer', 'admin'] }, { field: 'role', before: 'viewer', after: 'admin' }],
  [{ role: ['viewer', null] }, { field: 'role', before: 'viewer', after: undefined }],
  [{ name: [null, 'ci'] }, { field: 'name', before: undefined, after: 'ci' }],
  [{ scopes: [null, ['a:read', 'b:read']] }, { field: 'scopes', before: undefined, after: 'a:read, b:read' }],
  [{ count: 3 }, { field: 'count', before: undefined, after: '3' }],
  [{ format: 'csv' }, { field: 'format', before: undefined, after: 'csv' }],
  [{ keys: ['a', 'b', 'c'] }, { field: 'keys', before: undefined, after: 'a, b, c' }],
  [{ labels: [{ env: 'prod' }, {}] }, { field: 'labels', before: '{"env":"prod"}', after: '{}' }],
])('%j reads as before and after', (diff, expected) => {
  expect(changesOf(diff)).toEqual([expected])
})
