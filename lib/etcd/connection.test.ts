import { describe, expect, test } from 'vitest'
import { Secret } from '#lib/secret.ts'
import type { EtcdAccess } from './connection.ts'
import { connectionFingerprint, formatEndpoint, parseEndpoint, tokenFingerprint } from './connection.ts'
import { makeEndpointFinder } from './endpoint-finder.ts'

const access: EtcdAccess = {
  endpoints: [{ scheme: 'https', destination: { host: 'etcd-0.example.com', port: 2379 } }],
  door: { policy: { privateRanges: [], loopback: [] } },
}

describe('an endpoint', () => {
  test.each([
    ['https://etcd-0.example.com:2379', 'https://etcd-0.example.com:2379'],
    ['http://10.0.0.1:2379/', 'http://10.0.0.1:2379'],
    ['http://[::1]:2379', 'http://[::1]:2379'],
  ])('%s is read', (text, formatted) => {
    const endpoint = parseEndpoint(text)
    expect(endpoint && formatEndpoint(endpoint)).toBe(formatted)
  })

  test.each([
    'etcd:2379',
    'https://etcd',
    'https://etcd:0',
    'https://etcd:65536',
    'https://user@etcd:2379',
    'https://etcd:2379/path',
    'https://etcd:2379?x',
    'unix://localhost:2379',
    'ftp://etcd:2379',
    'http://::1:2379',
    'http:// etcd:2379',
  ])('%s is none', (text) => {
    expect(parseEndpoint(text)).toBeUndefined()
  })
})

describe('the endpoint of a member', () => {
  test('is what the map says, else the one given, else the first advertised', () => {
    const urls = ['unix://x', 'https://10.0.0.1:2379', 'https://etcd-0.example.com:2379']
    const mapped = { ...access, addressMap: { '10.0.0.1:2379': '203.0.113.7:12379' } }
    const shown = [mapped, access, { ...access, endpoints: [] }].map((one) => {
      const endpoint = makeEndpointFinder(one)(urls)
      return endpoint && formatEndpoint(endpoint)
    })
    expect(shown).toEqual(['https://203.0.113.7:12379', 'https://etcd-0.example.com:2379', 'https://10.0.0.1:2379'])
    expect(makeEndpointFinder(access)(['unix://x', 'nonsense'])).toBeUndefined()
  })

  test('is spoken to as those given are, whatever it advertises', () => {
    const plain = ['http://10.0.0.1:2379', 'http://etcd-0.example.com:2379']
    const mapped = { ...access, addressMap: { '10.0.0.1:2379': '203.0.113.7:12379' } }
    const shown = [mapped, access].map((one) => {
      const endpoint = makeEndpointFinder(one)(plain)
      return endpoint && formatEndpoint(endpoint)
    })
    expect(shown).toEqual(['https://203.0.113.7:12379', 'https://etcd-0.example.com:2379'])
    expect(makeEndpointFinder(access)(plain.slice(0, 1))).toBeUndefined()
  })

  test.each([
    ['https://ETCD-0.Corp:2379', 'etcd-0.corp:2379'],
    ['https://etcd-0.corp:2379', 'ETCD-0.corp:2379'],
    ['HTTPS://[2001:DB8:0:0::1]:2379', '[2001:db8::1]:2379'],
    ['https://[2001:db8::1]:2379', '[2001:db8:0:0::1]:2379'],
  ])('is found in the map however both are spelled: %s, %s', (advertised, from) => {
    const mapped = { ...access, addressMap: { [from]: 'Reachable.example.com:12379' } }
    const endpoint = makeEndpointFinder(mapped)([advertised])
    expect(endpoint && formatEndpoint(endpoint)).toBe('https://reachable.example.com:12379')
  })

  test('is the one given however both are spelled', () => {
    const given = { scheme: 'https' as const, destination: { host: '2001:DB8:0::1', port: 2379 } }
    expect(makeEndpointFinder({ ...access, endpoints: [given] })(['https://[2001:db8::1]:2379'])).toBe(given)
  })
})

describe('what may be shared', () => {
  const [endpoint] = access.endpoints
  const user = { username: 'reader', password: new Secret('one') }

  test('is no connection of other trust, other identity or other borders', () => {
    const changes: Partial<EtcdAccess>[] = [
      {},
      { tls: { caPem: 'a' } },
      { tls: { clientCertPem: 'a' } },
      { tls: { clientKeyPem: new Secret('a') } },
      { tls: { serverName: 'a' } },
      { door: { policy: { privateRanges: ['10.0.0.0/8'], loopback: [] } } },
      { door: { policy: { privateRanges: [], loopback: ['10.0.0.0/8'] } } },
    ]
    const prints = changes.map((change) => endpoint && connectionFingerprint({ ...access, ...change }, endpoint))
    expect(new Set(prints).size).toBe(changes.length)
  })

  test('is a connection of the same borders, in whatever order they are told', () => {
    const loopback = ['127.0.0.1:2379', '127.0.0.1:2380', '127.0.0.2:2379']
    const prints = [loopback, loopback.toReversed()].map(
      (told) =>
        endpoint &&
        connectionFingerprint({ ...access, door: { policy: { privateRanges: [], loopback: told } } }, endpoint),
    )
    expect(prints[0]).toBe(prints[1])
  })

  test('is no token of another user, password or cluster, and none can be read from its name', () => {
    const print = tokenFingerprint(access, user)
    const others = [
      tokenFingerprint(access, { ...user, username: 'writer' }),
      tokenFingerprint(access, { ...user, password: new Secret('two') }),
      tokenFingerprint({ ...access, endpoints: [] }, user),
    ]
    expect([tokenFingerprint(access, user) === print, others.includes(print), print.includes('one')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
