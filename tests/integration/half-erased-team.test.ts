import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { hashToken, newId, newSecretToken } from '#lib/ids.ts'
import { updateMe } from '#lib/services/account/update-me.ts'
import { completeReset } from '#lib/services/password-resets/complete-reset.ts'
import { revokeSession } from '#lib/services/sessions/revoke-session.ts'
import { purgeClosedTeams } from '#lib/services/team/purge-closed-teams.ts'
import { endSession, startSession } from '#lib/tenancy/sign-in.ts'
import type { Person } from '#tests/support/signed-in.ts'
import { codeOf, newAddress, newPerson, newSession, requestFrom, selfOf } from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

let place: Workplace

beforeAll(async () => {
  place = await openWorkplace({ LOG_LEVEL: 'fatal' })
})
afterAll(closePools)

const never = new AbortController().signal

const letItsTimeCome = (teamId: string) =>
  asSuperuser(
    place.database,
    `UPDATE tenant SET "closingAt" = now() - interval '4 days', "deleteAfter" = now() - interval '1 day' WHERE id = $1`,
    [teamId],
  )

/** From now on the database refuses to delete that team's own row. */
const refuseToErase = (teamId: string) =>
  asSuperuser(
    place.database,
    `CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not this one'; END$$;
     CREATE TRIGGER "refuse_${newId()}" BEFORE DELETE ON tenant FOR EACH ROW WHEN (OLD.id = '${teamId}') EXECUTE FUNCTION refuse()`,
  )

const allowErasing = () =>
  asSuperuser(
    place.database,
    `DO $$DECLARE t record; BEGIN FOR t IN SELECT tgname FROM pg_trigger WHERE tgname LIKE 'refuse_%'
     LOOP EXECUTE format('DROP TRIGGER %I ON tenant', t.tgname); END LOOP; END$$`,
  )

/** Somebody whose only team is erased up to its own row. */
async function personOfHalfErasedTeam(): Promise<Person> {
  const person = await newPerson()
  await startSession(visit(), { userId: person.userId, method: 'password', authAt: new Date() })
  await letItsTimeCome(person.teamId)
  await refuseToErase(person.teamId)
  await purgeClosedTeams(never)
  return person
}

function visit() {
  return { context: requestFrom(newAddress()), headers: new Headers() }
}

const auditCountOf = async (teamId: string) =>
  (await asSuperuser(place.database, 'SELECT count(*)::int AS n FROM audit_event WHERE "tenantId" = $1', [teamId]))
    .rows[0].n

describe('people of a team that is half erased', () => {
  it('sign in, change their account, sign out and end sessions as ever', async () => {
    const person = await personOfHalfErasedTeam()
    const claims = await startSession(visit(), { userId: person.userId, method: 'password', authAt: new Date() })
    const self = await selfOf(claims.sid)
    expect((await updateMe(self, { name: 'Grace' })).name).toBe('Grace')
    const other = await selfOf(await newSession(person))
    expect(await revokeSession(self, other.session.id)).toEqual({ revoked: 1 })
    await endSession(visit(), claims)
    expect(await codeOf(selfOf(claims.sid))).toBe('session-expired')
  })

  it('set a new password', async () => {
    const { userId, email } = await personOfHalfErasedTeam()
    const token = newSecretToken('krs')
    await asSuperuser(
      place.database,
      `INSERT INTO password_reset (id, email, "tokenHash", "userId", "requestedBy", "expiresAt")
       VALUES ($1, $2, $3, $4, 'ip:198.51.100.1', now() + interval '1 hour')`,
      [newId(), email, hashToken(token), userId],
    )
    expect(await codeOf(completeReset(requestFrom(newAddress()), { token, password: 'staple battery horse' }))).toBe(
      'ok',
    )
  })

  it('keep its newest event, so that even its chain would take another', async () => {
    const person = await personOfHalfErasedTeam()
    expect(await auditCountOf(person.teamId)).toBe(1)
  })
})

describe('what happens to an account', () => {
  it('is written down in another team when the one its person stands in is being deleted', async () => {
    const [person, other] = [await newPerson(), await newPerson()]
    await asSuperuser(place.database, `INSERT INTO membership VALUES ($1, $2, 'viewer')`, [other.teamId, person.userId])
    await asSuperuser(place.database, 'UPDATE tenant SET "closingAt" = now() WHERE id = $1', [person.teamId])
    const before = [await auditCountOf(person.teamId), await auditCountOf(other.teamId)]
    await startSession(visit(), { userId: person.userId, method: 'password', authAt: new Date() })
    expect([await auditCountOf(person.teamId), await auditCountOf(other.teamId)]).toEqual([
      before[0],
      (before[1] ?? 0) + 1,
    ])
  })

  it('ends a session also when no chain takes the event', async () => {
    const person = await newPerson()
    const claims = await startSession(visit(), { userId: person.userId, method: 'password', authAt: new Date() })
    const other = await newSession(person)
    const { session } = await selfOf(other)
    await asSuperuser(place.database, 'DELETE FROM audit_event WHERE "tenantId" = $1', [person.teamId])
    expect(await revokeSession(await selfOf(claims.sid), session.id)).toEqual({ revoked: 1 })
    await endSession(visit(), claims)
    expect(await codeOf(selfOf(claims.sid))).toBe('session-expired')
    expect(await codeOf(selfOf(other))).toBe('session-expired')
  })
})

describe('a team that cannot be erased', () => {
  it('keeps no other from being erased, however many there are, and goes when it can', async () => {
    await allowErasing()
    await purgeClosedTeams(never)
    const stuck = await newPerson()
    await refuseToErase(stuck.teamId)
    const others = await Promise.all(Array.from({ length: 3 }, () => newPerson()))
    for (const { teamId } of [stuck, ...others]) await letItsTimeCome(teamId)
    expect(await purgeClosedTeams(never)).toBe(3)
    await allowErasing()
    expect(await purgeClosedTeams(never)).toBe(1)
  })
})
