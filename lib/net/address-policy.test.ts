import { describe, expect, it } from 'vitest'
import type { IpAddress } from '#lib/ip-address.ts'
import { parseIpAddress } from '#lib/ip-address.ts'
import type { AddressPolicy } from './address-policy.ts'
import { judgeAddress } from './address-policy.ts'
import { operatorPolicy } from './operator-policy.ts'

const nothing: AddressPolicy = { privateRanges: [], loopback: [] }

/** More than an operator can ask for: every address there is, and every loopback socket of the tests. */
const everything: AddressPolicy = {
  privateRanges: ['0.0.0.0/0', '::/0'],
  loopback: ['127.0.0.1:2379', '[::1]:2379', '169.254.169.254:2379', '0.0.0.0:2379', '[::]:2379', '10.0.0.1:2379'],
}

function address(text: string): IpAddress {
  const parsed = parseIpAddress(text)
  if (!parsed) throw new Error(`${text} is no address`)
  return parsed
}

const judge = (text: string, policy: AddressPolicy) => judgeAddress(address(text), 2379, policy)
const reasonOf = (text: string, policy: AddressPolicy) => judge(text, policy).denial?.reason

describe('without a grant', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '192.169.0.0', '2606:4700::1111'])(
    '%s is open, as every public address',
    (text) => {
      expect(judge(text, nothing)).toEqual({ address: text, family: text.includes(':') ? 6 : 4 })
    },
  )

  it.each([
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12:3456::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:127.0.0.1', 'loopback'],
  ])('%s is closed: %s', (text, reason) => {
    expect(reasonOf(text, nothing)).toBe(reason)
  })
})

describe('a server of our own', () => {
  const policy = { ...everything, closed: ['127.0.0.1:2379', '[fd12:3456::1]:2379', '8.8.8.8:2379'] }

  it.each(['127.0.0.1', '::ffff:127.0.0.1', 'fd12:3456::1', '8.8.8.8'])(
    'stays closed whatever is granted: %s',
    (text) => {
      expect(judge(text, policy).denial).toEqual({ reason: 'ours' })
    },
  )

  it('closes nothing but its own port', () => {
    expect(judgeAddress(address('8.8.8.8'), 2380, policy).denial).toBeUndefined()
    expect(reasonOf('::1', policy)).toBeUndefined()
  })
})

describe('with every grant there could be', () => {
  it.each([
    ['169.254.169.254', 'metadata'],
    ['169.254.170.2', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['fd00:ec2::23', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['::ffff:169.254.169.254', 'metadata'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['febf:ffff::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['::ffff:0.0.0.0', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['192.0.0.1', 'reserved'],
    ['192.88.99.1', 'reserved'],
    ['fec0::1', 'reserved'],
    ['100::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['2001:10::1', 'reserved'],
    ['192.0.2.1', 'documentation'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['::7f00:1', 'tunnel'],
    ['::a9fe:a9fe', 'tunnel'],
    ['::ffff:0:7f00:1', 'tunnel'],
    ['64:ff9b::7f00:1', 'tunnel'],
    ['64:ff9b::a9fe:a9fe', 'tunnel'],
    ['64:ff9b::a00:1', 'tunnel'],
    ['64:ff9b:1::8.8.8.8', 'tunnel'],
    ['2002:7f00:1::1', 'tunnel'],
    ['2002:808:808::1', 'tunnel'],
    ['2001:0:7f00:1::1', 'tunnel'],
    ['2606:4700::5efe:7f00:1', 'tunnel'],
    ['fd00::200:5efe:a00:1', 'tunnel'],
  ])('%s stays closed: %s', (text, reason) => {
    const { denial } = judge(text, everything)
    expect(denial).toEqual({ reason })
  })

  it('a NAT64 address is as public as the IPv4 address in it', () => {
    expect(judge('64:ff9b::8.8.8.8', nothing)).toEqual({ address: '64:ff9b::808:808', family: 6 })
  })
})

describe('a granted range', () => {
  const policy: AddressPolicy = { privateRanges: ['10.20.0.0/16', 'fd12:3456::/32'], loopback: [] }

  it('opens what lies in it and nothing beside it', () => {
    expect(reasonOf('10.20.255.1', policy)).toBeUndefined()
    expect(reasonOf('fd12:3456:789a::1', policy)).toBeUndefined()
    expect(reasonOf('10.21.0.1', policy)).toBe('private')
    expect(reasonOf('fd12:3457::1', policy)).toBe('private')
    expect(reasonOf('192.168.0.1', policy)).toBe('private')
  })

  it('opens the IPv4 address in an IPv6 form too, and connects to the IPv4 address', () => {
    expect(judge('::ffff:10.20.0.7', policy)).toEqual({ address: '10.20.0.7', family: 4 })
  })

  it('does not open loopback, whatever it covers', () => {
    expect(reasonOf('127.0.0.1', { privateRanges: ['0.0.0.0/0', '127.0.0.0/8'], loopback: [] })).toBe('loopback')
    expect(reasonOf('::1', { privateRanges: ['::/0'], loopback: [] })).toBe('loopback')
  })

  it('that cannot be read opens nothing', () => {
    const unreadable = ['', '*', '10.0.0.0', '10.0.0.1/8', '10.0.0.0/33', '10/8', 'all']
    expect(reasonOf('10.0.0.1', { privateRanges: unreadable, loopback: unreadable })).toBe('private')
  })

  it('is named when it is missing', () => {
    expect(judge('10.21.0.1', policy).denial?.grant).toBe('ALLOW_PRIVATE_CIDRS=10.21.0.1/32')
    expect(judge('fd99::1', policy).denial?.grant).toBe('ALLOW_PRIVATE_CIDRS=fd99::1/128')
  })
})

describe('a granted socket of this machine', () => {
  const policy: AddressPolicy = { privateRanges: [], loopback: ['127.0.0.1:2379', '[::1]:2380'] }

  it('is exact in address and port', () => {
    expect(judgeAddress(address('127.0.0.1'), 2379, policy).denial).toBeUndefined()
    expect(judgeAddress(address('::1'), 2380, policy).denial).toBeUndefined()
    expect(judgeAddress(address('127.0.0.1'), 2380, policy).denial).toBeDefined()
    expect(judgeAddress(address('127.0.0.2'), 2379, policy).denial).toBeDefined()
    expect(judgeAddress(address('::1'), 2379, policy).denial).toBeDefined()
  })

  it('is named with the option that grants it when it is missing', () => {
    expect(judgeAddress(address('127.0.0.2'), 2379, policy).denial?.grant).toBe('--allow 127.0.0.2:2379')
    expect(judgeAddress(address('0:0::1'), 2379, policy).denial?.grant).toBe('--allow [::1]:2379')
    expect(judgeAddress(address('::ffff:127.0.0.1'), 1, policy).denial?.grant).toBe('--allow 127.0.0.1:1')
  })
})

describe('a server the operator named', () => {
  it('may be private, and on this machine at its own port alone', () => {
    const policy = operatorPolicy({ host: 'mail.internal', port: 2379 })
    for (const text of ['10.0.0.1', '192.168.1.1', 'fd00::1', '127.0.0.1', '::1']) {
      expect(reasonOf(text, policy), text).toBeUndefined()
    }
    expect(judgeAddress(address('127.0.0.1'), 2380, policy).denial?.reason).toBe('loopback')
    expect(reasonOf('127.0.0.9', policy)).toBe('loopback')
  })

  it('may be the loopback address it was named by', () => {
    expect(reasonOf('127.0.0.9', operatorPolicy({ host: '127.0.0.9', port: 2379 }))).toBeUndefined()
    expect(reasonOf('::1', operatorPolicy({ host: '[::1]', port: 2379 }))).toBeUndefined()
  })

  it('is never a metadata or link-local address, even by name', () => {
    for (const text of ['169.254.169.254', '169.254.9.9', '100.100.100.200', 'fd00:ec2::254', 'fe80::1']) {
      expect(judge(text, operatorPolicy({ host: text, port: 2379 })).denial, text).toBeDefined()
    }
  })
})
