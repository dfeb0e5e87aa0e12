import { describe, expect, test } from 'vitest'
import { watchForProxy } from './proxy-watch.ts'

function warningsAt(trustProxyHops: number, requests: Record<string, string>[]): string[] {
  const warnings: string[] = []
  const look = watchForProxy(trustProxyHops, (message) => warnings.push(message))
  for (const headers of requests) look({ headers })
  return warnings
}

const proxied = { 'x-forwarded-for': '203.0.113.7' }

describe('a proxy in front of the web process', () => {
  test('that nobody told us of is warned of once, with what to set', () => {
    const warnings = warningsAt(0, [{}, proxied, proxied])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/TRUST_PROXY_HOPS is 0.*Set TRUST_PROXY_HOPS to/)
  })

  test('that we were told of is nothing to warn of, nor is none at all', () => {
    expect(warningsAt(1, [proxied])).toEqual([])
    expect(warningsAt(0, [{}, { via: '1.1 client-side' }])).toEqual([])
  })
})
