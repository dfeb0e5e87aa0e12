import { expect, test } from 'vitest'
import { addressMap, endpoints } from './cluster-access.ts'

test('a way to a cluster names at most 16 endpoints', () => {
  const named = (total: number) => Array.from({ length: total }, (_, index) => `https://etcd-${index}.example.com:2379`)
  expect(endpoints.parse(named(16))).toHaveLength(16)
  expect(endpoints.safeParse(named(17)).error?.issues).toMatchObject([{ message: 'endpoints-too-many' }])
})

test('an address is stored in one spelling, whichever it was given in', () => {
  expect(endpoints.parse(['https://[2001:DB8:0:0::1]', 'HTTPS://[2001:db8::1]:2379/', 'https://ETCD-0.Corp'])).toEqual([
    'https://[2001:db8::1]:2379',
    'https://etcd-0.corp:2379',
  ])
  expect(addressMap.parse({ '[2001:DB8::0:1]:2379': 'ETCD-0.Corp:12379' })).toEqual({
    '[2001:db8::1]:2379': 'etcd-0.corp:12379',
  })
  expect(endpoints.safeParse(['https://[fe80::1%eth0]:2379']).data).toEqual(['https://[fe80::1%eth0]:2379'])
})
