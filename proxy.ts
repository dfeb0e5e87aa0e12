import { randomBytes } from 'node:crypto'
import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { ownHosts, securityHeaders } from '#lib/api/security-headers.ts'
import { config as settings } from '#lib/config.ts'

/**
 * Headers for every answer, and one name for every page. Nothing is authorised here: whoever gets around this file still
 * meets `route()` and the pages' own checks.
 */
export function proxy(request: NextRequest): NextResponse {
  const { publicUrl, nodeEnv } = settings()
  const elsewhere = wrongHost(request, publicUrl)
  if (elsewhere) return elsewhere

  const nonce = randomBytes(16).toString('base64')
  const headers = securityHeaders({ nonce, publicUrl, isDevelopment: nodeEnv === 'development' })
  const forwarded = new Headers(request.headers)
  forwarded.set('x-nonce', nonce)
  forwarded.set('x-kstone-path', `${request.nextUrl.pathname}${request.nextUrl.search}`)
  // Next reads the nonce for its own scripts out of this request header.
  forwarded.set('content-security-policy', headers['content-security-policy'])
  const response = NextResponse.next({ request: { headers: forwarded } })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** A name we do not go by is either another name of this machine (sent to the right one) or somebody's DNS pointing at us. */
function wrongHost(request: NextRequest, publicUrl: string): NextResponse | undefined {
  const host = request.headers.get('host') ?? ''
  const wanted = new URL(publicUrl)
  if (host === wanted.host) return undefined
  if (!ownHosts(publicUrl).has(host)) {
    return new NextResponse(`This is not ${host}. Open ${publicUrl}, or set PUBLIC_URL to the address people use.\n`, {
      status: 421,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    })
  }
  if (request.method !== 'GET' || request.nextUrl.pathname.startsWith('/api/')) return undefined
  return NextResponse.redirect(new URL(`${request.nextUrl.pathname}${request.nextUrl.search}`, publicUrl), 307)
}

// Probes come by address, and files of the build carry no page.
export const config = { matcher: ['/((?!_next/static|healthz|readyz|metrics|api/healthz|api/readyz|api/metrics).*)'] }
