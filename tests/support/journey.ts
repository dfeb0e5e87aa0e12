import { inject } from 'vitest'
import { z } from 'zod'
import type { Role } from '#lib/contracts/roles.ts'
import { newId } from '#lib/ids.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import type { BrowserSession } from './browser-session.ts'
import type { Visitor } from './browser-visitor.ts'
import { newSession } from './browser-visitor.ts'
import { goodPassword } from './signed-in.ts'

const madeInvitation = z.object({ data: z.object({ id: z.string(), link: z.string() }) })

const me = z.object({ data: z.object({ id: z.string() }) })

/** An owner with a team of their own, signed in without a screen. */
export interface Owner {
  session: BrowserSession
  email: string
  userId: string
  teamId: string
}

export async function newOwner(): Promise<Owner> {
  const session = newSession()
  return { session, ...(await session.signUp()) }
}

/** Somebody who was invited and came, signed in without a screen. */
export interface Teammate {
  session: BrowserSession
  userId: string
  email: string
  name: string
}

/** Invites an address; gives the invitation and the token of its link. */
export async function invite(owner: Owner, role: Role, email = `${newId()}@example.com`) {
  const answer = await owner.session.api('POST', '/invitations', { email, role })
  if (answer.status !== 201) throw new Error(`the invitation answered ${answer.status} ${JSON.stringify(answer.body)}`)
  const { id, link } = madeInvitation.parse(answer.body).data
  return { id, link, email, token: new URL(link).hash.slice(1) }
}

/** Takes an invitation as somebody new, who is then a member. */
export async function accept(token: string, name: string): Promise<void> {
  const body = { token, name, password: goodPassword, locale: 'en' }
  const answer = await newSession().api('POST', '/invitations/accept', body)
  if (answer.status >= 300) throw new Error(`accepting answered ${answer.status} ${JSON.stringify(answer.body)}`)
}

/** Brings somebody new into the owner's team by invitation, and signs them in. */
export async function join(owner: Owner, role: Role, name = 'Grace Hopper'): Promise<Teammate> {
  const { email, token } = await invite(owner, role)
  await accept(token, name)
  const session = newSession()
  const error = await session.signIn(email)
  if (error !== undefined) throw new Error(`sign-in answered ${error}`)
  const { data } = me.parse((await session.api('GET', '/me')).body)
  return { session, userId: data.id, email, name }
}

/** The visitor is somebody new who owns a team of their own. */
export async function arriveAsOwner(visitor: Visitor): Promise<Owner> {
  const owner = await newOwner()
  await visitor.take(owner.session)
  return owner
}

/** Turns the clock of everybody's last proof of identity back, so that the next dangerous action asks for a new one. */
export async function forgetProof(userId: string): Promise<void> {
  await withPostgres(inject('product').adminUrl, (client) =>
    client.query(`UPDATE session SET "authAt" = now() - interval '11 minutes' WHERE "userId" = $1`, [userId]),
  )
}
