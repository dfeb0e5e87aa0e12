import { expect, test } from 'vitest'
import { endpoints } from './cluster-access.ts'

test('a way to a cluster names at most 16 endpoints', () => {
  const named = (total: number) => Array.from({ length: total }, (_, index) => `https://etcd-${index}.example.com:2379`)
  expect(endpoints.parse(named(16))).toHaveLength(16)
  expect(endpoints.safeParse(named(17)).error?.issues).toMatchObject([{ message: 'endpoints-too-many' }])
})
