const yearSeconds = 365 * 24 * 60 * 60

/** Remembers a harmless preference in this browser for a year. Never for anything secret: scripts can read it. */
export function rememberInCookie(name: string, value: string): void {
  const attributes = ['path=/', `max-age=${yearSeconds}`, 'samesite=lax']
  if (window.location.protocol === 'https:') attributes.push('secure')
  Object.assign(document, { cookie: [`${name}=${encodeURIComponent(value)}`, ...attributes].join('; ') })
}
