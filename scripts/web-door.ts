import type { IncomingMessage, ServerResponse } from 'node:http'
import { forwardedHeader, peerHeader } from '#lib/api/request-context.ts'
import { ownHosts } from '#lib/api/security-headers.ts'

/** Headers by which Next talks to itself: from outside they are forgeries (CVE-2025-29927 and its kin). */
const internalHeaders =
  /^(x-middleware-|x-nextjs-(?!(data|request-id|html-request-id)$)|x-invoke-|x-matched-path$|x-now-route-matches$|x-kstone-)/

/** Probes and scrapers come by address, not by name. */
const addressedDirectly = /^\/(api\/)?(healthz|readyz|metrics)$/

/** Leaves nothing in the request that only a server of ours may say, then says who is at the other end. */
export function cleanHeaders(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) {
    if (internalHeaders.test(name)) delete request.headers[name]
  }
  if (['x-forwarded-for', 'forwarded', 'via'].some((name) => request.headers[name]))
    request.headers[forwardedHeader] = '1'
  request.headers[peerHeader] = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown'
}

/** What Next can be asked with; it answers anything else with 500. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Answers what Next must not see, and says whether it did: a method nobody serves and an address that cannot be read, both of
 * which Next would answer with 500, and a request that came under another name than PUBLIC_URL's. Another name of this machine is sent to the right one, since
 * cookies know only one; any other is somebody's DNS pointing at us (rebinding).
 */
export function turnAway(request: IncomingMessage, response: ServerResponse, publicUrl: string): boolean {
  const host = request.headers.host ?? ''
  const [path = '/'] = (request.url ?? '/').split('?')
  if (!methods.includes(request.method ?? '')) {
    response.writeHead(405, { 'content-type': 'text/plain; charset=utf-8', allow: methods.join(', ') })
    response.end(`This server does not answer ${request.method}. Use one of ${methods.join(', ')}.\n`)
    return true
  }
  if (!isDecodable(path)) {
    response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
    response.end('The address holds a % without two hexadecimal digits behind it. Write %25 for the sign itself.\n')
    return true
  }
  if (host === new URL(publicUrl).host || addressedDirectly.test(path)) return false
  if (!ownHosts(publicUrl).has(host)) {
    response.writeHead(421, { 'content-type': 'text/plain; charset=utf-8' })
    response.end(
      `This server does not go by that name. Open ${publicUrl}, or set PUBLIC_URL to the address people use.\n`,
    )
    return true
  }
  if (request.method !== 'GET' || path.startsWith('/api/') || path.startsWith('/_next/')) return false
  const target = new URL(publicUrl)
  const wanted = new URL(request.url ?? '/', publicUrl)
  target.pathname = wanted.pathname
  target.search = wanted.search
  response.writeHead(307, { location: target.href })
  response.end()
  return true
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
