import { config } from '#lib/config.ts'
import { AppError } from '#lib/errors.ts'

const loopbackNames = ['localhost', '127.0.0.1', '[::1]']

/** The origins our own pages have: PUBLIC_URL, and its other names when it is this machine itself. */
export function ownOrigins(publicUrl: string): ReadonlySet<string> {
  const url = new URL(publicUrl)
  if (!loopbackNames.includes(url.hostname)) return new Set([url.origin])
  const port = url.port === '' ? '' : `:${url.port}`
  return new Set(loopbackNames.map((name) => `${url.protocol}//${name}${port}`))
}

/**
 * Refuses a change that another site's page may have caused: the browser must name one of our own origins. A missing Origin
 * is refused too, since every browser sends it with a change. API keys need no such check: no browser adds them by itself.
 */
export function checkOrigin(headers: Headers): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const isOwn = origin !== null && ownOrigins(config().publicUrl).has(origin)
  if (isOwn && (site === null || site === 'same-origin')) return
  throw new AppError('origin-refused', `Origin ${origin ?? 'missing'}, Sec-Fetch-Site ${site ?? 'missing'}`)
}
