import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIpAddress, isCidrWithin, isInCidr, parseCidr, parseIpAddress } from './ip-address.ts'

function cidr(text: string) {
  const parsed = parseCidr(text)
  if (!parsed) throw new Error(`${text} is no range`)
  return parsed
}

function address(text: string) {
  const parsed = parseIpAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

describe('an address', () => {
  it.each([
    ['127.0.0.1', 4, 0x7f000001n],
    ['255.255.255.255', 4, 0xffffffffn],
    ['::', 6, 0n],
    ['::1', 6, 1n],
    ['::ffff:127.0.0.1', 6, 0xffff7f000001n],
    ['FD00:EC2::254', 6, 0xfd000ec2n * 2n ** 96n + 0x254n],
    ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
  ])('%s is read as a number', (text, family, value) => {
    expect(parseIpAddress(text)).toEqual({ family, value })
  })

  it.each([
    '',
    '127.1',
    '0127.0.0.1',
    '0x7f.0.0.1',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1.2.3.256',
    '::1%lo',
    '[::1]',
    ':::',
    'x',
  ])('%j is none', (text) => {
    expect(parseIpAddress(text)).toBeUndefined()
  })

  it('comes back in its shortest spelling', () => {
    expect(formatIpAddress(address('2001:0DB8:0:0:0:0:0:1'))).toBe('2001:db8::1')
    expect(formatIpAddress(address('10.0.0.1'))).toBe('10.0.0.1')
  })

  it('is the same after writing and reading', () => {
    const anyAddress = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: 4 as const, value })),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 6 as const, value })),
    )
    fc.assert(
      fc.property(anyAddress, (one) => {
        expect(parseIpAddress(formatIpAddress(one))).toEqual(one)
      }),
    )
  })

  it('is read as Node reads it, whatever its spelling', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(isIPv6(formatIpAddress(address(text)))).toBe(true)
      }),
    )
  })
})

describe('a range', () => {
  it.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', 'fe80::1', true],
    ['192.168.7.9/32', '192.168.7.9', true],
    ['192.168.7.9/32', '192.168.7.8', false],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
  ])('%s and %s: %s', (range, text, isIn) => {
    expect(isInCidr(address(text), cidr(range))).toBe(isIn)
  })

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.1/8', '10/8', '::/129', '10.0.0.0/08', '10.0.0.0/-1', '/8', 'fd00::1/8'])(
    'is not written %j',
    (text) => {
      expect(parseCidr(text)).toBeUndefined()
    },
  )

  it('lies in another when all of it does', () => {
    expect(isCidrWithin(cidr('10.1.0.0/16'), cidr('10.0.0.0/8'))).toBe(true)
    expect(isCidrWithin(cidr('10.0.0.0/8'), cidr('10.0.0.0/8'))).toBe(true)
    expect(isCidrWithin(cidr('10.0.0.0/7'), cidr('10.0.0.0/8'))).toBe(false)
    expect(isCidrWithin(cidr('0.0.0.0/0'), cidr('10.0.0.0/8'))).toBe(false)
  })
})
