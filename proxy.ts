import { randomBytes } from 'node:crypto'
import type { NextRequest } from 'next/server'
import { NextResponse } from 'next/server'
import { routeMethods } from '#app/api/methods.generated.ts'
import { securityHeaders } from '#lib/api/security-headers.ts'
import { methodsServed, refusedPrefix } from '#lib/api/served-methods.ts'
import { config as settings } from '#lib/config.ts'

/**
 * Headers for every answer. Nothing is authorised here: whoever gets around this file still
 * meets `route()` and the pages' own checks.
 */
export function proxy(request: NextRequest): NextResponse {
  const { publicUrl, nodeEnv } = settings()
  const nonce = randomBytes(16).toString('base64')
  const headers = securityHeaders({ nonce, publicUrl, isDevelopment: nodeEnv === 'development' })
  const forwarded = new Headers(request.headers)
  forwarded.set('x-nonce', nonce)
  forwarded.set('x-kstone-path', `${request.nextUrl.pathname}${request.nextUrl.search}`)
  // Next reads the nonce for its own scripts out of this request header.
  forwarded.set('content-security-policy', headers['content-security-policy'])
  const response = passOn(request, forwarded)
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** To its route; a method that its route does not have to where that is said in words, since Next refuses it with none. */
function passOn({ method, nextUrl }: NextRequest, headers: Headers): NextResponse {
  const served = methodsServed(routeMethods, nextUrl.pathname)
  if (!served || served.includes(method)) return NextResponse.next({ request: { headers } })
  const refusal = nextUrl.clone()
  refusal.pathname = `${refusedPrefix}${nextUrl.pathname}`
  return NextResponse.rewrite(refusal, { request: { headers } })
}

// Probes come by address, and files of the build carry no page.
export const config = { matcher: ['/((?!_next/static/|(?:api/)?(?:healthz|readyz|metrics)$).*)'] }
