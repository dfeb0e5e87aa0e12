import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { hashToken, newId } from '#lib/ids.ts'
import { createResetLink } from '#lib/services/members/create-reset-link.ts'
import { completeReset } from '#lib/services/password-resets/complete-reset.ts'
import { checkPassword } from '#lib/tenancy/check-password.ts'
import { hourMs } from '#lib/time.ts'
import { runScript } from '#tests/support/command.ts'
import type { Person } from '#tests/support/signed-in.ts'
import { codeOf, newAddress, newPerson, newSession, requestFrom, selfOf } from '#tests/support/signed-in.ts'
import { addTeammate } from '#tests/support/teammates.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, createTeam, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace()
})
afterAll(closePools)

const nextPassword = 'staple battery horse'
const ask = (...args: string[]) => runScript('reset-link', args, place.env)
const linkIn = (output: string) => /^http:\/\/localhost:3000\/reset#(krs_\w+)$/m.exec(output)?.[1] ?? ''
const complete = (token: string) => codeOf(completeReset(requestFrom(newAddress()), { token, password: nextPassword }))

/** The owner of a team who is in another one too: nobody else can make a link for them. */
async function personInTwoTeams(): Promise<Person> {
  const [person, other] = [await newPerson(), await createTeam()]
  const data = { tenantId: other.tenantId, userId: person.userId, role: 'viewer' }
  await withSystem((db) => db.membership.create({ data }))
  return person
}

describe('npm run reset:link', () => {
  it('prints a link that works once for the owner of a team who is in another too, and ends their sessions', async () => {
    const person = await personInTwoTeams()
    const sid = await newSession(person)
    const { code, output } = await ask(person.email.toUpperCase())
    expect(code, output).toBe(0)
    const token = linkIn(output)
    expect([await complete(token), await complete(token)]).toEqual(['ok', 'reset-link-invalid'])
    expect(await codeOf(checkPassword({ email: person.email, ip: newAddress() }, nextPassword))).toBe('ok')
    expect(await codeOf(selfOf(sid))).toBe('session-expired')
  })

  it('keeps of the link what is kept of a mailed one: a hash, for one hour, of the newest alone', async () => {
    const person = await newPerson()
    const [first, second] = [await ask(person.email), await ask(person.email)]
    const rows = await withSystem((db) => db.passwordReset.findMany({ where: { userId: person.userId } }))
    expect(rows).toMatchObject([
      { tokenHash: hashToken(linkIn(second.output)), requestedBy: 'operator', mailDueAt: null },
    ])
    const [lifeMs = 0] = rows.map(({ createdAt, expiresAt }) => expiresAt.getTime() - createdAt.getTime())
    expect(Math.abs(lifeMs - hourMs)).toBeLessThan(5_000)
    expect(second.output).toContain(rows[0]?.expiresAt.toISOString())
    expect(await complete(linkIn(first.output))).toBe('reset-link-invalid')
  })

  it('leaves the link alone that an owner has made', async () => {
    const team = await createTeam()
    const member = await addTeammate(team, 'viewer')
    const { link } = await createResetLink(team, { userId: member.actor.id })
    await ask(member.actor.label)
    expect(await complete(link.split('#')[1] ?? '')).toBe('ok')
  })

  it('is written down once, as the command line and without the token', async () => {
    const person = await newPerson()
    const { output } = await ask(person.email)
    const { rows } = await asSuperuser(
      place.database,
      `SELECT "action", "actorKind", "actorLabel", "via", "targetLabel", to_jsonb(e)::text AS "everything"
         FROM audit_event e WHERE "tenantId" = $1 ORDER BY seq OFFSET 1`,
      [person.teamId],
    )
    const action = 'account.reset-link-created'
    const actor = { actorKind: 'system', actorLabel: 'npm run reset:link' }
    expect(rows).toMatchObject([{ action, ...actor, via: 'command', targetLabel: person.email }])
    expect(rows[0]?.everything).not.toContain(linkIn(output))
  })

  it('makes no way past an identity provider', async () => {
    const person = await newPerson()
    await withSystem((db) => db.credential.delete({ where: { userId: person.userId } }))
    const { code, output } = await ask(person.email)
    expect(output).toMatch(/cause: .* signs in without a password\n\s+fix: .* identity provider/)
    expect(code).toBe(1)
  })

  it.each([
    [[], 'no address is given'],
    [['ada@example.com', 'bob@example.com'], 'more than one address is given'],
    [['ada'], 'ada is no e-mail address'],
    [[`${newId()}@example.com`], 'Nobody has the address'],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, output } = await ask(...args)
    expect(output).toContain(text)
    expect(output).toContain('fix:')
    expect(code).toBe(1)
  })
})
