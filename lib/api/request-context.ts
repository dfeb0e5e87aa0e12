import { config } from '#lib/config.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { localeCookieName, negotiateLocale } from '#lib/i18n/locale.ts'
import { newId } from '#lib/ids.ts'
import type { RequestContext } from '#lib/tenancy/context.ts'

/** Set by our own server from the socket, whatever the client sent under that name. */
export const peerHeader = 'x-kstone-peer'

/** Set by our own server when the request came by way of a proxy; Next adds X-Forwarded-For to every request by itself. */
export const forwardedHeader = 'x-kstone-forwarded'

const userAgentLengthMax = 300

/** What is known of a request before its sender is. The request id is ours: a caller's own could forge log lines. */
export function requestContext(request: Request): RequestContext {
  const lastEventId = request.headers.get('last-event-id')
  return {
    requestId: newId(),
    ip: clientAddress(request.headers, config().trustProxyHops),
    userAgent: (request.headers.get('user-agent') ?? '').slice(0, userAgentLengthMax),
    signal: request.signal,
    ...(lastEventId === null ? {} : { lastEventId }),
  }
}

/**
 * The address of the client: the socket's, or with `hops` trusted proxies in front the entry that the outermost of them
 * wrote into X-Forwarded-For. Entries further left are the client's own claims.
 */
export function clientAddress(headers: Headers, hops: number): string {
  const peer = headers.get(peerHeader) ?? 'unknown'
  if (hops === 0) return peer
  const forwarded = (headers.get('x-forwarded-for') ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  return forwarded.at(-hops) ?? peer
}

/** The path with its values replaced by their names, `/api/v1/members/{userId}`: a closed set, fit for metrics. */
export function routePattern(path: string, params: Record<string, string | string[] | undefined>): string {
  const names = new Map(Object.entries(params).map(([name, value]) => [String(value), name]))
  const segments = path.split('/').map((segment) => {
    const name = names.get(decodeSegment(segment))
    return name === undefined ? segment : `{${name}}`
  })
  return segments.join('/')
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The language to answer a request in. */
export function localeOf(headers: Headers, profile?: Locale): Locale {
  const cookie = headers.get('cookie')?.match(new RegExp(`(?:^|;\\s*)${localeCookieName}=([a-z]+)`))?.[1]
  return negotiateLocale({ cookie, profile, acceptLanguage: headers.get('accept-language') })
}
