import { expect, test } from 'vitest'
import { fieldName } from './field-name.ts'

test.each([
  ['csv', 'isProtected', 'protected'],
  ['csv', 'tls.caPem', 'ca'],
  ['csv', 'endpoints.0', 'endpoints'],
  ['csv', 'addressMap.10.0.0.1:2379', 'address_map'],
  ['csv', 'name', 'name'],
  ['env', 'endpoints.1', 'ETCDCTL_ENDPOINTS'],
  ['env', 'reader.password', 'ETCDCTL_PASSWORD'],
  ['yaml', 'endpoints.0', 'endpoints.0'],
  ['yaml', 'tls.caPem', 'tls.caPem'],
] as const)('%s calls %s %s', (format, path, name) => {
  expect(fieldName(format, path)).toBe(name)
})
