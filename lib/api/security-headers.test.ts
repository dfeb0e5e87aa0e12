import { describe, expect, test } from 'vitest'
import { ownHosts, ownOrigins, securityHeaders } from './security-headers.ts'

describe('ownOrigins', () => {
  test('a public address has exactly one origin', () => {
    expect([...ownOrigins('https://kstone.example.com/console')]).toEqual(['https://kstone.example.com'])
  })

  test('this machine goes by three names on the same port', () => {
    expect([...ownOrigins('http://localhost:3000')]).toEqual([
      'http://localhost:3000',
      'http://127.0.0.1:3000',
      'http://[::1]:3000',
    ])
    expect(ownHosts('http://127.0.0.1:3000')).toContain('localhost:3000')
  })
})

describe('securityHeaders', () => {
  const common = { nonce: 'abc', isDevelopment: false }

  test('no inline script runs without the nonce of this answer', () => {
    const policy = securityHeaders({ ...common, publicUrl: 'https://k.example.com' })['content-security-policy']
    const scripts = policy.split('; ').find((directive) => directive.startsWith('script-src '))
    expect(scripts).toBe("script-src 'self' 'nonce-abc' 'strict-dynamic'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("object-src 'none'")
    expect(policy).toContain("base-uri 'none'")
  })

  test('promises HTTPS for a year, and only where it is spoken', () => {
    const encrypted = securityHeaders({ ...common, publicUrl: 'https://k.example.com' })
    expect(encrypted['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    const plain = securityHeaders({ ...common, publicUrl: 'http://localhost:3000' })
    expect(plain).not.toHaveProperty('strict-transport-security')
    expect(plain['content-security-policy']).not.toContain('upgrade-insecure-requests')
  })
})
