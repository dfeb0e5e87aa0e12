const loopbackNames = ['localhost', '127.0.0.1', '[::1]']
const yearSeconds = 31_536_000

/** PUBLIC_URL and, when it is this machine itself, its other names, as `URL`s. */
function ownUrls(publicUrl: string): URL[] {
  const url = new URL(publicUrl)
  if (!loopbackNames.includes(url.hostname)) return [url]
  const port = url.port === '' ? '' : `:${url.port}`
  return loopbackNames.map((name) => new URL(`${url.protocol}//${name}${port}`))
}

/** The origins our own pages have. */
export function ownOrigins(publicUrl: string): ReadonlySet<string> {
  return new Set(ownUrls(publicUrl).map((url) => url.origin))
}

/** The Host headers we answer to. */
export function ownHosts(publicUrl: string): ReadonlySet<string> {
  return new Set(ownUrls(publicUrl).map((url) => url.host))
}

interface HeaderWishes {
  /** Fresh for each answer: scripts run only when they carry it. */
  nonce: string
  publicUrl: string
  /** The development server evaluates code and speaks over a WebSocket. */
  isDevelopment: boolean
}

/** Security headers of every answer (ASVS 5.0 3.4.*). Style attributes stay allowed: charts position themselves by them. */
export function securityHeaders({ nonce, publicUrl, isDevelopment }: HeaderWishes): Record<string, string> & {
  'content-security-policy': string
} {
  const isEncrypted = publicUrl.startsWith('https:')
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(isEncrypted ? ['upgrade-insecure-requests'] : []),
  ]
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    ...(isEncrypted ? { 'strict-transport-security': `max-age=${yearSeconds}; includeSubDomains` } : {}),
  }
}
