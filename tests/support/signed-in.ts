import { encode } from 'next-auth/jwt'
import { config } from '#lib/config.ts'
import { withSystem } from '#lib/db/system.ts'
import { newId } from '#lib/ids.ts'
import { signUp } from '#lib/services/sign-up/sign-up.ts'
import type { RequestContext, SelfContext } from '#lib/tenancy/context.ts'
import { identify } from '#lib/tenancy/identify.ts'
import { rememberNetwork } from '#lib/tenancy/login-throttle.ts'
import { sessionCookieName } from '#lib/tenancy/session-cookie.ts'
import { createSession } from '#lib/tenancy/sessions.ts'

export const goodPassword = 'correct horse battery'

/** What is known of a request before its sender is; every test has an address of its own to be throttled by. */
export function requestFrom(ip: string): RequestContext {
  return { requestId: newId(), ip, userAgent: 'test', signal: new AbortController().signal }
}

let lastAddress = 0

/** An address nobody else in this process uses, of the range for benchmarks (RFC 2544). */
export function newAddress(): string {
  lastAddress += 1
  return `198.18.${lastAddress >> 8}.${lastAddress & 255}`
}

/** The headers a browser with this session sends. */
export async function headersOf(sid: string, more: Record<string, string> = {}): Promise<Headers> {
  const token = await encode({ token: { sub: 'unused', sid }, secret: config().nextAuthSecret.reveal() })
  return new Headers({ cookie: `other=1; ${sessionCookieName()}=${token}`, ...more })
}

export interface Person {
  userId: string
  teamId: string
  email: string
  ip: string
}

/** Somebody who signed up with `goodPassword` and is the owner of a team of their own. */
export async function newPerson(): Promise<Person> {
  const email = `${newId()}@example.com`
  const ip = newAddress()
  const { userId, teamId } = await signUp(requestFrom(ip), {
    email,
    password: goodPassword,
    name: 'Ada',
    teamName: 'T',
  })
  return { userId, teamId, email, ip }
}

/** A fresh session of the person, as a sign-in leaves it: the id in its cookie. */
export async function newSession({ userId, email, ip }: Person, authAt = new Date()): Promise<string> {
  const start = { userId, method: 'password' as const, authAt, activeTenantId: null }
  return await withSystem(async (db) => {
    const { sid } = await createSession(db, requestFrom(ip), start)
    await rememberNetwork(db, { email, ip })
    return sid
  })
}

/** Who the holder of this session is taken for; throws as `identify` does. */
export async function selfOf(sid: string, more: Record<string, string> = {}): Promise<SelfContext> {
  const identity = await identify(await headersOf(sid, more), requestFrom(newAddress()))
  if (identity.kind !== 'session') throw new Error(`identified as ${identity.kind}`)
  return identity.self
}

/** The code of the `AppError` that the work fails with, or what it gave. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
