import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIpAddress } from '#lib/ip-address.ts'
import { parseHost } from './parse-host.ts'

describe('a host', () => {
  it.each([
    'etcd',
    'etcd-0.etcd.prod.svc.cluster.local',
    'my_etcd',
    '1and1.com',
    'xn--bcher-kva.example',
    'a.0x.example',
  ])('%s is a name', (host) => {
    expect(parseHost({ host, port: 2379 })).toEqual({ name: host })
  })

  it('is the same name in capitals', () => {
    expect(parseHost({ host: 'ETCD.Example.COM', port: 2379 })).toEqual({ name: 'etcd.example.com' })
  })

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
    ['[2001:DB8::1]', '2001:db8::1'],
  ])('%s is an address', (host, spelling) => {
    const parsed = parseHost({ host, port: 2379 })
    expect('address' in parsed && formatIpAddress(parsed.address)).toBe(spelling)
  })

  it.each([
    ['', 'empty'],
    ['a'.repeat(254), 'too-long'],
    [`${'a'.repeat(64)}.example`, 'not-a-name'],
    ['bücher.example', 'not-ascii'],
    ['etcd\n.example', 'not-ascii'],
    ['fe80::1%eth0', 'zone'],
    ['%31%32%37.0.0.1', 'zone'],
    ['etcd.example.', 'trailing-dot'],
    ['127.1', 'not-an-address'],
    ['2130706433', 'not-an-address'],
    ['0x7f000001', 'not-an-address'],
    ['example.0x7f', 'not-an-address'],
    ['etcd:2379', 'not-an-address'],
    ['[127.0.0.1]', 'not-a-name'],
    ['user@etcd', 'not-a-name'],
    ['etcd/', 'not-a-name'],
    ['-etcd', 'not-a-name'],
    ['a..b', 'not-a-name'],
    ['etcd example', 'not-a-name'],
    ['http://etcd', 'not-an-address'],
  ])('%j is none: %s', (host, reason) => {
    expect(() => parseHost({ host, port: 2379 })).toThrow(
      expect.objectContaining({ code: 'address-malformed', details: { host, port: 2379, reason } }),
    )
  })

  it.each([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('has no port %s', (port) => {
    expect(() => parseHost({ host: 'etcd', port })).toThrow(expect.objectContaining({ code: 'address-malformed' }))
  })

  it('is never a name that another program reads as an address', () => {
    const digits = fc.constantFrom('0', '1', '7', '127', '0177', '0x7f', '0xg', 'a', '.', '..', '-', 'x')
    fc.assert(
      fc.property(fc.array(digits, { minLength: 1, maxLength: 9 }), (pieces) => {
        const host = pieces.join('')
        // What the URL standard makes of it: a dotted quad where it takes it for an address.
        const elsewhere = URL.parse(`http://${host}/`)?.hostname ?? ''
        const isAddressElsewhere = /^\d+\.\d+\.\d+\.\d+$/.test(elsewhere)
        const asName = isName(host)
        expect(isAddressElsewhere && asName).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

function isName(host: string): boolean {
  try {
    return 'name' in parseHost({ host, port: 2379 })
  } catch {
    return false
  }
}
