import { decode } from 'next-auth/jwt'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { dayMs, secondMs } from '#lib/time.ts'

/** A session ends this long after sign-in, however busy it was (ASVS 5.0 7.3.2): 7 days. */
export const sessionLifetimeMs = 7 * dayMs
export const sessionLifetimeSeconds = sessionLifetimeMs / secondMs

const claimsSchema = z.object({ sid: z.string().min(1) })

/** Whether browsers reach us by HTTPS only. */
export function usesSecureCookies(): boolean {
  return config().publicUrl.startsWith('https:')
}

/** `__Host-` binds the cookie to this very host and to HTTPS; browsers refuse the prefix without TLS. */
export function sessionCookieName(): string {
  return usesSecureCookies() ? '__Host-kstone-session' : 'kstone-session'
}

/** The random session id inside the sealed cookie, if the request brings one that we made and that has not run out. */
export async function readSid(headers: Headers): Promise<string | undefined> {
  const token = findCookie(headers.get('cookie') ?? '', sessionCookieName())
  return token === undefined ? undefined : await openCookie(token)
}

async function openCookie(token: string): Promise<string | undefined> {
  try {
    const claims = claimsSchema.safeParse(await decode({ token, secret: config().nextAuthSecret.reveal() }))
    return claims.data?.sid
  } catch {
    // Not sealed by us, tampered with, or too old: as good as no cookie.
    return undefined
  }
}

function findCookie(header: string, name: string): string | undefined {
  const start = `${name}=`
  const pair = header.split(';').find((part) => part.trim().startsWith(start))
  return pair?.trim().slice(start.length)
}
