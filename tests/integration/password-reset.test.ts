import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecretToken } from '#lib/ids.ts'
import { createResetLink } from '#lib/services/members/create-reset-link.ts'
import { completeReset } from '#lib/services/password-resets/complete-reset.ts'
import { mailDueResets } from '#lib/services/password-resets/mail-due-resets.ts'
import { startReset } from '#lib/services/password-resets/start-reset.ts'
import { checkPassword } from '#lib/tenancy/check-password.ts'
import { hourMs, minuteMs } from '#lib/time.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import type { MailServer } from '#tests/support/mail-server.ts'
import { startMailServer } from '#tests/support/mail-server.ts'
import {
  codeOf,
  goodPassword,
  newAddress,
  newPerson,
  newSession,
  requestFrom,
  selfOf,
} from '#tests/support/signed-in.ts'
import type { Workplace } from '#tests/support/work-team.ts'
import { asSuperuser, openWorkplace } from '#tests/support/work-team.ts'

const nextPassword = 'staple battery horse'

let place: Workplace
let mails: MailServer
let isMailServerWell = true
let onRecipient: () => unknown = () => undefined

beforeAll(async () => {
  mails = await startMailServer({
    onRcptTo: async (_address, _session, done) => {
      await onRecipient()
      if (isMailServerWell) done()
      else done(Object.assign(new Error('try later'), { responseCode: 451 }))
    },
  })
  place = await openWorkplace({ SMTP_URL: mails.url, SMTP_FROM: 'Kstone <kstone@example.com>', LOG_LEVEL: 'fatal' })
})

afterAll(async () => {
  await mails[Symbol.asyncDispose]()
})

const neverAborted = new AbortController().signal
const ask = (email: string) => startReset(requestFrom(newAddress()), { email })
const complete = (token: string, password = nextPassword) =>
  completeReset(requestFrom(newAddress()), { token, password })
const canSignIn = async (email: string, password: string) =>
  (await codeOf(checkPassword({ email, ip: newAddress() }, password))) === 'ok'

async function sweep(): Promise<void> {
  while ((await mailDueResets(neverAborted)) > 0);
}

const tokensFor = (email: string) =>
  mails.mails.filter(({ to }) => to.includes(email)).map(({ text }) => /\/reset#(krs_\w+)/.exec(text)?.[1] ?? 'no link')

async function mailedToken(email: string): Promise<string> {
  await ask(email)
  await sweep()
  return tokensFor(email).at(-1) ?? 'no mail'
}

const age = (email: string, column: string, ms: number) =>
  asSuperuser(
    place.database,
    `UPDATE password_reset SET "${column}" = "${column}" - $2 * interval '1 millisecond' WHERE email = $1`,
    [email, ms],
  )

/** Moves all that was counted into the past. */
const letTimePass = (ms: number) =>
  asSuperuser(
    place.database,
    `UPDATE login_throttle SET "windowEndsAt" = "windowEndsAt" - $1 * interval '1 millisecond'`,
    [ms],
  )

describe('a password reset', () => {
  it('mails a link that sets a new password once and ends every session', async () => {
    const person = await newPerson()
    const sid = await newSession(person)
    const token = await mailedToken(person.email)
    expect(await complete(token)).toEqual({ email: person.email })
    expect(await codeOf(selfOf(sid))).toBe('session-expired')
    expect([await canSignIn(person.email, goodPassword), await canSignIn(person.email, nextPassword)]).toEqual([
      false,
      true,
    ])
    expect(await codeOf(complete(token, 'another horse entirely'))).toBe('reset-link-invalid')
    expect(await canSignIn(person.email, nextPassword)).toBe(true)
  })

  it('opens once even when the link is used many times at the same moment', async () => {
    const person = await newPerson()
    const token = await mailedToken(person.email)
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, n) => codeOf(complete(token, `unrelated words number ${n} here`))),
    )
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'reset-link-invalid']))
  })

  it('is answered alike, and as one row, whether there is an account or not; a stranger gets no mail', async () => {
    const person = await newPerson()
    expect(await ask(person.email)).toEqual(await ask('nobody@example.com'))
    const { rows } = await asSuperuser(
      place.database,
      'SELECT "tokenHash", "userId", "mailTries" FROM password_reset WHERE email = ANY($1)',
      [[person.email, 'nobody@example.com']],
    )
    expect(rows).toEqual(new Array(2).fill({ tokenHash: null, userId: null, mailTries: 0 }))
    await sweep()
    expect([tokensFor(person.email).length, tokensFor('nobody@example.com').length]).toEqual([1, 0])
  })

  it('gives way to the newest link, and all links to a new password', async () => {
    const person = await newPerson()
    const first = await mailedToken(person.email)
    const second = await mailedToken(person.email)
    await complete(second)
    expect(await codeOf(complete(first))).toBe('reset-link-invalid')
  })

  it('works for 60 minutes', async () => {
    const person = await newPerson()
    const token = await mailedToken(person.email)
    await age(person.email, 'expiresAt', 59 * minuteMs)
    expect(await codeOf(complete(token, 'password1234'))).toBe('password-too-common')
    await age(person.email, 'expiresAt', minuteMs)
    expect(await codeOf(complete(token))).toBe('reset-link-invalid')
  })

  it('keeps the link for another try when the new password is refused', async () => {
    const person = await newPerson()
    const token = await mailedToken(person.email)
    expect(await codeOf(complete(token, 'password1234'))).toBe('password-too-common')
    expect(await codeOf(complete(token))).toBe('ok')
  })

  it('is not opened by a token we never gave out', async () => {
    for (const token of ['', 'krs_', newSecretToken('krs'), newSecretToken('kst')]) {
      expect(await codeOf(complete(token))).toBe('reset-link-invalid')
    }
  })

  it('stores no token in clear', async () => {
    const person = await newPerson()
    const token = await mailedToken(person.email)
    const { rows } = await asSuperuser(place.database, 'SELECT r::text AS row FROM password_reset r')
    expect(JSON.stringify(rows)).not.toContain(token.slice(4, 40))
  })

  it('does not flood a mailbox: 3 mails an hour, also when all are asked for at once', async () => {
    const person = await newPerson()
    await Promise.all(Array.from({ length: 30 }, () => ask(person.email)))
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(3)
    await letTimePass(hourMs)
    await ask(person.email)
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(4)
  })

  it('cannot be used up by strangers for somebody in a network where they are known', async () => {
    const person = await newPerson()
    await newSession(person)
    for (let n = 0; n < 10; n += 1) await ask(person.email)
    await sweep()
    await startReset(requestFrom(person.ip), person)
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(4)
    await Promise.all(Array.from({ length: 20 }, () => startReset(requestFrom(person.ip), person)))
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(6)
  })

  it('leaves whoever gets no mail for having asked too often with a link that works', async () => {
    const person = await newPerson()
    for (let n = 0; n < 3; n += 1) await ask(person.email)
    await sweep()
    const pastMs = 59 * minuteMs
    await letTimePass(pastMs)
    await age(person.email, 'expiresAt', pastMs)
    await ask(person.email)
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(3)
    expect(await codeOf(complete(tokensFor(person.email).at(-1) ?? ''))).toBe('ok')
    // That link is used up, so the next request counts as the first.
    expect(await codeOf(complete(await mailedToken(person.email), 'another horse entirely'))).toBe('ok')
  })

  it('is asked for at most 20 times an hour from one network, with the same answer, but by those known there', async () => {
    const person = { ...(await newPerson()), ip: '2001:db8:5:5::1' }
    await newSession(person)
    const from = (n: number) => requestFrom(`2001:db8:5:5::${n}`)
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => startReset(from(n), { email: `net-${n}@example.com` })),
    )
    expect(answers).toEqual(new Array(40).fill({ accepted: true }))
    const { rows } = await asSuperuser(
      place.database,
      `SELECT count(*)::int AS n FROM password_reset WHERE email LIKE 'net-%'`,
    )
    expect(rows).toEqual([{ n: 20 }])
    await startReset(from(7), person)
    await sweep()
    expect(tokensFor(person.email)).toHaveLength(1)
  })

  it('is not kept from an address by a network that asks in vain', async () => {
    const person = await newPerson()
    const flooding = requestFrom(newAddress())
    for (let n = 0; n < 20; n += 1) await startReset(flooding, { email: `flood-${n}@example.com` })
    for (let n = 0; n < 5; n += 1) await startReset(flooding, person)
    await mailedToken(person.email)
    expect(tokensFor(person.email)).toHaveLength(1)
  })

  it('waits unclaimed while another mail is being sent, so that no second worker takes it over', async () => {
    await sweep()
    const people = [await newPerson(), await newPerson()]
    for (const { email } of people) await ask(email)
    const claimed = async () =>
      (
        await asSuperuser(
          place.database,
          'SELECT count(*)::int AS n FROM password_reset WHERE email = ANY($1) AND "mailTries" > 0',
          [people.map(({ email }) => email)],
        )
      ).rows[0].n
    let claimedMeanwhile = 0
    onRecipient = async () => {
      claimedMeanwhile = Math.max(claimedMeanwhile, await claimed())
      onRecipient = () => undefined
    }
    await sweep()
    expect([claimedMeanwhile, await claimed()]).toEqual([1, 2])
  })

  it('opens no account that an identity provider guards', async () => {
    const person = await newPerson()
    await asSuperuser(place.database, 'DELETE FROM credential WHERE "userId" = $1', [person.userId])
    await ask(person.email)
    await sweep()
    expect(tokensFor(person.email)).toEqual([])
  })

  it('is mailed once by many workers at once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => newPerson()))
    await Promise.all(people.map(({ email }) => ask(email)))
    await Promise.all(Array.from({ length: 4 }, sweep))
    expect(people.map(({ email }) => tokensFor(email).length)).toEqual(new Array(12).fill(1))
  })

  it('is mailed later when the mail server is not well', async () => {
    const person = await newPerson()
    isMailServerWell = false
    await ask(person.email)
    await sweep()
    expect(tokensFor(person.email)).toEqual([])
    isMailServerWell = true
    await sweep()
    expect(tokensFor(person.email)).toEqual([])
    await age(person.email, 'mailDueAt', minuteMs)
    await sweep()
    expect(await codeOf(complete(tokensFor(person.email)[0] ?? ''))).toBe('ok')
  })

  it('lets somebody in again who was shut out for guessing', async () => {
    const person = await newPerson()
    const { ip, email } = person
    for (let n = 0; n < 10; n += 1) await codeOf(checkPassword({ email, ip }, 'wrong horse battery'))
    expect(await codeOf(checkPassword({ email, ip }, goodPassword))).toBe('too-many-attempts')
    const token = await mailedToken(email)
    await completeReset(requestFrom(ip), { token, password: nextPassword })
    expect(await codeOf(checkPassword({ email, ip }, nextPassword))).toBe('ok')
  })

  it('stands in the audit log of the person’s team', async () => {
    const person = await newPerson()
    await complete(await mailedToken(person.email))
    const { rows } = await asSuperuser(
      place.database,
      'SELECT action, "actorLabel", via FROM audit_event WHERE "tenantId" = $1 ORDER BY seq DESC LIMIT 1',
      [person.teamId],
    )
    expect(rows).toEqual([{ action: 'account.password-reset', actorLabel: person.email, via: 'public' }])
  })
})

describe("an owner's link", () => {
  async function linkFor(owner: Awaited<ReturnType<typeof newPerson>>, userId: string): Promise<string> {
    const { tenant } = await selfOf(await newSession(owner), { 'kstone-team': owner.teamId })
    if (!tenant) throw new Error('the owner has no team')
    return (await createResetLink(tenant, { userId })).link.split('#')[1] ?? ''
  }

  /** Somebody who belongs to the owner's team and to no other. */
  async function newMember(teamId: string) {
    const member = await newPerson()
    await asSuperuser(place.database, 'DELETE FROM membership WHERE "userId" = $1', [member.userId])
    await asSuperuser(place.database, `INSERT INTO membership VALUES ($1, $2, 'viewer')`, [teamId, member.userId])
    return member
  }

  it('sets the password of a member of that team alone', async () => {
    const owner = await newPerson()
    const member = await newMember(owner.teamId)
    expect(await codeOf(complete(await linkFor(owner, member.userId)))).toBe('ok')
    expect(await canSignIn(member.email, nextPassword)).toBe(true)
  })

  it('is dead also when the person joins another team while it is being used', async () => {
    const [owner, other] = [await newPerson(), await newPerson()]
    const member = await newMember(owner.teamId)
    const token = await linkFor(owner, member.userId)
    const used = withPostgres(place.database.adminUrl, async (client) => {
      await client.query('BEGIN')
      await client.query(`INSERT INTO membership VALUES ($1, $2, 'viewer')`, [other.teamId, member.userId])
      const outcome = codeOf(complete(token))
      await delay(2_000)
      await client.query('COMMIT')
      return await outcome
    })
    expect(await used).toBe('reset-link-invalid')
  })

  it('is dead once the person belongs to another team, or no longer to this one', async () => {
    const [owner, other] = [await newPerson(), await newPerson()]
    const [joiner, leaver] = [await newMember(owner.teamId), await newMember(owner.teamId)]
    const links = [await linkFor(owner, joiner.userId), await linkFor(owner, leaver.userId)]
    await asSuperuser(place.database, `INSERT INTO membership VALUES ($1, $2, 'viewer')`, [other.teamId, joiner.userId])
    await asSuperuser(place.database, 'DELETE FROM membership WHERE "userId" = $1', [leaver.userId])
    for (const token of links) expect(await codeOf(complete(token))).toBe('reset-link-invalid')
  })
})
