import { config } from '#lib/config.ts'
import { AppError } from '#lib/errors.ts'
import { ownOrigins } from './security-headers.ts'

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
