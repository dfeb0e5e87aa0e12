import { describe, expect, test } from 'vitest'
import { clientAddress, routePattern } from './request-context.ts'

describe('clientAddress', () => {
  const forged = new Headers({ 'x-kstone-peer': '203.0.113.9', 'x-forwarded-for': '10.0.0.1, 198.51.100.7' })

  test('believes the socket alone when no proxy is trusted', () => {
    expect(clientAddress(forged, 0)).toBe('203.0.113.9')
  })

  test('takes what the outermost trusted proxy wrote, never the claim left of it', () => {
    expect(clientAddress(forged, 1)).toBe('198.51.100.7')
  })

  test('falls back to the socket when a trusted proxy wrote nothing', () => {
    expect(clientAddress(new Headers({ 'x-kstone-peer': '203.0.113.9' }), 2)).toBe('203.0.113.9')
  })
})

describe('routePattern', () => {
  test.each([
    ['/api/v1/members/01-ab', { userId: '01-ab' }, '/api/v1/members/{userId}'],
    ['/api/v1/members', {}, '/api/v1/members'],
    ['/api/v1/x/a%20b/c', { name: 'a b', other: 'c' }, '/api/v1/x/{name}/{other}'],
    ['/api/v1/x/%E0%A4%A', { name: 'z' }, '/api/v1/x/%E0%A4%A'],
  ])('%s becomes a pattern', (path, params, pattern) => {
    expect(routePattern(path, params)).toBe(pattern)
  })
})
