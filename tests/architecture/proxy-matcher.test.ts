import { readFileSync } from 'node:fs'
import { unstable_doesMiddlewareMatch as doesProxyMatch } from 'next/experimental/testing/server.js'
import { describe, expect, it } from 'vitest'

const matcher = /matcher: \['(.+)'\]/.exec(readFileSync('proxy.ts', 'utf8'))?.[1] ?? ''
const isCovered = (url: string) => doesProxyMatch({ config: { matcher }, nextConfig: {}, url })

describe('the headers of every answer', () => {
  it.each(['/', '/sign-in', '/members', '/metrics-of-mine', '/healthz-report', '/api/v1/team', '/api/metricsX'])(
    'reach %s',
    (url) => expect(isCovered(url)).toBe(true),
  )

  it.each(['/metrics', '/healthz', '/readyz', '/api/metrics', '/api/healthz', '/api/readyz', '/_next/static/a.js'])(
    'spare %s, which carries no page',
    (url) => expect(isCovered(url)).toBe(false),
  )
})
