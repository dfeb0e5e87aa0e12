import { beforeAll, describe, expect, it } from 'vitest'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import { newId } from '#lib/ids.ts'
import { metrics } from '#lib/metrics.ts'
import { changePassword } from '#lib/services/account/change-password.ts'
import { stepUp } from '#lib/services/account/step-up.ts'
import { signUp } from '#lib/services/sign-up/sign-up.ts'
import { counterKey } from '#lib/tenancy/attempt-counters.ts'
import { checkPassword } from '#lib/tenancy/check-password.ts'
import { forgetAttempts } from '#lib/tenancy/login-throttle.ts'
import { minuteMs } from '#lib/time.ts'
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

let place: Workplace

beforeAll(async () => {
  // No Redis answers there: what follows must hold without it.
  place = await openWorkplace({ REDIS_URL: 'redis://127.0.0.1:1' })
})

const attempt = (email: string, ip: string, password = 'wrong horse battery') =>
  codeOf(checkPassword({ email, ip }, password))

const attempts = (count: number, once: () => Promise<unknown>) => Promise.all(Array.from({ length: count }, once))

function tally(outcomes: unknown[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1
  return counts
}

/** A counter as it stands after many wrong passwords. */
const pause = (...parts: string[]) =>
  asSuperuser(
    place.database,
    `INSERT INTO login_throttle ("key", "failures", "windowEndsAt", "blockedUntil")
     VALUES ($1, 100, now() + interval '1 day', now() + interval '1 day')
     ON CONFLICT ("key") DO UPDATE SET "failures" = 100, "blockedUntil" = excluded."blockedUntil"`,
    [counterKey(...parts)],
  )

interface Refusal {
  ms: number
  waitSeconds: number
}

async function refusalOf(email: string, ip: string): Promise<Refusal> {
  const startedAt = performance.now()
  const refusal = await checkPassword({ email, ip }, 'wrong horse battery').catch((error: unknown) => error)
  const ms = performance.now() - startedAt
  if (!(refusal instanceof AppError)) throw new Error(`let in, or failed: ${refusal}`)
  expect(refusal.code).toBe('too-many-attempts')
  return { ms, waitSeconds: Number(refusal.details.retryAfterSeconds) }
}

/** Moves everything that was counted so far into the past. */
const letTimePass = (ms: number) =>
  asSuperuser(
    place.database,
    `UPDATE login_throttle SET "windowEndsAt" = "windowEndsAt" - $1 * interval '1 millisecond',
                               "blockedUntil" = "blockedUntil" - $1 * interval '1 millisecond'`,
    [ms],
  )

describe('signing in by password', () => {
  it('is answered alike for a wrong password, an unknown address and an account without a password', async () => {
    const person = await newPerson()
    const sso = await newPerson()
    await asSuperuser(place.database, 'DELETE FROM credential WHERE "userId" = $1', [sso.userId])
    const errors = await Promise.all(
      [person.email, sso.email, 'nobody@example.com'].map((email) =>
        checkPassword({ email, ip: newAddress() }, 'wrong horse battery').catch((error: unknown) => error),
      ),
    )
    expect(errors.map((error) => error instanceof Error && error.message)).toEqual(
      new Array(3).fill('Wrong e-mail address or password'),
    )
  })

  it('takes as long for an unknown address as for a wrong password: the same work is done', async () => {
    const person = await newPerson()
    const cpuMs = async (email: string) => {
      const before = process.cpuUsage()
      await attempt(email, newAddress())
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1_000
    }
    const known: number[] = []
    const unknown: number[] = []
    for (let round = 0; round < 25; round += 1) {
      await asSuperuser(place.database, 'DELETE FROM login_throttle')
      known.push(await cpuMs(person.email))
      unknown.push(await cpuMs(`nobody-${round}@example.com`))
    }
    expect(Math.abs(median(known) - median(unknown))).toBeLessThan(5)
  }, 60_000)

  it('of 10,000 tries at once lets at most 10 near the password', async () => {
    const person = await newPerson()
    const ip = newAddress()
    const outcomes: unknown[] = []
    for (let batch = 0; batch < 100; batch += 1)
      outcomes.push(...(await attempts(100, () => attempt(person.email, ip))))
    const { 'bad-credentials': tried = 0, 'too-many-attempts': refused = 0, ...rest } = tally(outcomes)
    expect(tried).toBeLessThanOrEqual(10)
    expect(refused).toBe(10_000 - tried)
    expect(rest).toEqual({})
    // The right password opens nothing either while the pair is blocked, from this address.
    expect(await attempt(person.email, ip, goodPassword)).toBe('too-many-attempts')
    expect(await attempt(person.email, newAddress(), goodPassword)).toBe('ok')
  }, 120_000)

  it('says how long to wait: an hour after the tenth failure', async () => {
    const ip = newAddress()
    for (let n = 0; n < 10; n += 1) expect(await attempt('ada@example.com', ip)).toBe('bad-credentials')
    const refusal = await checkPassword({ email: 'ada@example.com', ip }, 'x').catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'too-many-attempts' })
    const { details } = refusal as { details: { retryAfterSeconds: number } }
    expect(details.retryAfterSeconds).toBeGreaterThan(3_590)
    expect(details.retryAfterSeconds).toBeLessThanOrEqual(3_600)
    await letTimePass(61 * minuteMs)
    expect(await attempt('ada@example.com', ip)).toBe('bad-credentials')
  })

  it('refuses an address for a day after 100 failures, whatever the accounts', async () => {
    const ip = newAddress()
    for (let ten = 0; ten < 10; ten += 1) {
      const outcomes = await attempts(10, () => attempt(`${newId()}@example.com`, ip))
      expect(tally(outcomes)).toEqual({ 'bad-credentials': 10 })
    }
    const person = await newPerson()
    expect(await attempt(person.email, ip, goodPassword)).toBe('too-many-attempts')
    await letTimePass(23 * 60 * minuteMs)
    expect(await attempt(person.email, ip, goodPassword)).toBe('too-many-attempts')
    await letTimePass(61 * minuteMs)
    expect(await attempt(person.email, ip, goodPassword)).toBe('ok')
  }, 60_000)

  it('slows a spread attack on one account down without shutting its owner out', async () => {
    const person = await newPerson()
    await newSession(person)
    for (let n = 0; n < 20; n += 1) expect(await attempt(person.email, newAddress())).toBe('bad-credentials')
    const spread = tally(await attempts(50, () => attempt(person.email, newAddress())))
    expect(spread['too-many-attempts']).toBeGreaterThanOrEqual(49)
    expect(await attempt(person.email, person.ip, goodPassword)).toBe('ok')
    await letTimePass(5_000)
    expect(await attempt(person.email, newAddress(), goodPassword)).toBe('ok')
  }, 60_000)

  it('spares the owner of an attacked account in their whole network, of IPv6 its /64', async () => {
    const person = { ...(await newPerson()), ip: '2001:db8:7:1::1' }
    await newSession(person)
    await pause('account', person.email)
    expect(await attempt(person.email, newAddress(), goodPassword)).toBe('too-many-attempts')
    expect(await attempt(person.email, '2001:db8:7:1:aaaa::2', goodPassword)).toBe('ok')
  }, 60_000)

  it('forgets failures once the password is right', async () => {
    const person = await newPerson()
    await newSession(person)
    for (let round = 0; round < 2; round += 1) {
      for (let n = 0; n < 9; n += 1) expect(await attempt(person.email, person.ip)).toBe('bad-credentials')
      expect(await attempt(person.email, person.ip, goodPassword)).toBe('ok')
    }
  }, 60_000)

  it('counts without keeping anybody’s address in clear', async () => {
    await attempt('somebody-special@example.com', '203.0.113.77')
    const { rows } = await asSuperuser(place.database, 'SELECT t::text AS row FROM login_throttle t')
    expect(JSON.stringify(rows)).not.toMatch(/somebody-special|203\.0\.113\.77/)
  })

  it('computes at most 4 hashes at once, turns away what waits too long, and serves everybody else', async () => {
    let most = 0
    const watch = setInterval(async () => {
      const { values } = await metrics.passwordHashesInProgress.get()
      most = Math.max(most, values[0]?.value ?? 0)
    }, 2)
    const outcomes = tally(await attempts(120, () => attempt(`crowd-${newAddress()}@example.com`, newAddress())))
    clearInterval(watch)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(4)
    expect(outcomes['bad-credentials']).toBeGreaterThanOrEqual(60)
    expect(Object.keys(outcomes).filter((code) => !['bad-credentials', 'rate-limited'].includes(code))).toEqual([])
  }, 60_000)

  it('lets no network fill the line for the others, and counts nothing that was turned away', async () => {
    const person = await newPerson()
    const crowded = newAddress()
    const flood = attempts(70, () => attempt(`${newId()}@example.com`, crowded))
    const others = await Promise.all([
      attempt(person.email, person.ip, goodPassword),
      ...Array.from({ length: 3 }, () => attempt('nobody@example.com', newAddress())),
    ])
    expect(others).toEqual(['ok', ...new Array(3).fill('bad-credentials')])
    const { 'bad-credentials': checked = 0, 'rate-limited': turnedAway = 0 } = tally(await flood)
    expect([checked + turnedAway, turnedAway >= 40]).toEqual([70, true])
    const { rows } = await asSuperuser(place.database, 'SELECT failures FROM login_throttle WHERE key = $1', [
      counterKey('network', crowded),
    ])
    expect(rows).toEqual([{ failures: checked }])
  }, 60_000)
})

describe('a network that pauses', () => {
  it('is open to those who are known there, ten guesses an hour, and prolongs the pause for nobody', async () => {
    const [colleague, guest] = [await newPerson(), await newPerson()]
    const office = newAddress()
    await newSession({ ...colleague, ip: office })
    await pause('network', office)
    expect(await attempt(guest.email, office, goodPassword)).toBe('too-many-attempts')
    expect(await attempt(colleague.email, office, goodPassword)).toBe('ok')
    await letTimePass(23 * 60 * minuteMs)
    const wrong = tally(await attempts(10, () => attempt(colleague.email, office)))
    expect(wrong).toEqual({ 'too-many-attempts': 10 })
    expect(await attempt(colleague.email, office, goodPassword)).toBe('too-many-attempts')
    await letTimePass(61 * minuteMs)
    expect(await attempt(guest.email, office, goodPassword)).toBe('ok')
    expect(await attempt(colleague.email, office, goodPassword)).toBe('ok')
  }, 90_000)

  it('is open to who has just set a new password by mail there', async () => {
    const person = await newPerson()
    const hotel = newAddress()
    await pause('network', hotel)
    expect(await attempt(person.email, hotel, goodPassword)).toBe('too-many-attempts')
    await withSystem((db) => forgetAttempts(db, { email: person.email, ip: hotel }))
    expect(await attempt(person.email, hotel, goodPassword)).toBe('ok')
  }, 90_000)

  it('tells nobody who is known there: the same words after the same time, and the same tries', async () => {
    const person = await newPerson()
    const office = newAddress()
    await newSession({ ...person, ip: office })
    await pause('network', office)
    const known: Refusal[] = []
    const unknown: Refusal[] = []
    for (let round = 0; round < 3; round += 1) {
      const both = await Promise.all([refusalOf(person.email, office), refusalOf('nobody@example.com', office)])
      known.push(both[0])
      unknown.push(both[1])
    }
    expect(Math.abs(medianMs(known) - medianMs(unknown))).toBeLessThan(25)
    expect([...known, ...unknown].map(({ waitSeconds }) => waitSeconds > 3_600)).not.toContain(false)
    for (const email of [person.email, 'nobody@example.com']) {
      await attempts(7, () => attempt(email, office))
      const { ms, waitSeconds } = await refusalOf(email, office)
      expect([ms < 1_000, waitSeconds <= 3_600]).toEqual([true, true])
    }
  }, 90_000)

  it('gives nobody who signs up there a hint at who is known', async () => {
    const person = await newPerson()
    const office = newAddress()
    await newSession({ ...person, ip: office })
    await pause('network', office)
    const body = { password: goodPassword, name: 'Eve', teamName: 'Eve' }
    for (const email of [person.email, 'newcomer@example.com'])
      expect(await codeOf(signUp(requestFrom(office), { ...body, email }))).toBe('too-many-attempts')
  }, 90_000)

  it('stays open to nobody who was known there long ago', async () => {
    const person = await newPerson()
    const office = newAddress()
    await newSession({ ...person, ip: office })
    await letTimePass(91 * 24 * 60 * minuteMs)
    await pause('network', office)
    expect(await attempt(person.email, office, goodPassword)).toBe('too-many-attempts')
  }, 90_000)
})

describe('somebody signed in who gives their password again', () => {
  it('closes with wrong ones neither their network nor their account, and has ten an hour', async () => {
    const [person, guest] = [await newPerson(), await newPerson()]
    const office = newAddress()
    const sessions = await Promise.all(
      Array.from({ length: 10 }, async () => ({ ...(await selfOf(await newSession(person))), ip: office })),
    )
    for (const self of sessions) {
      const wrong = tally(await attempts(12, () => codeOf(stepUp(self, { password: 'wrong horse battery' }))))
      expect(wrong).toEqual({ 'bad-credentials': 10, 'too-many-attempts': 2 })
    }
    const [self] = sessions
    if (!self) throw new Error('no session')
    const change = { currentPassword: goodPassword, newPassword: 'staple battery horse' }
    expect(await codeOf(changePassword(self, change))).toBe('too-many-attempts')
    expect(await codeOf(stepUp(self, { password: goodPassword }))).toBe('too-many-attempts')
    expect(await attempt(guest.email, office, goodPassword)).toBe('ok')
    expect(await attempt(person.email, newAddress(), goodPassword)).toBe('ok')
    await letTimePass(61 * minuteMs)
    expect(await codeOf(stepUp(self, { password: goodPassword }))).toBe('ok')
  }, 90_000)

  it('starts afresh with the right one', async () => {
    const self = await selfOf(await newSession(await newPerson()))
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 9; n += 1)
        expect(await codeOf(stepUp(self, { password: 'wrong horse' }))).toBe('bad-credentials')
      expect(await codeOf(stepUp(self, { password: goodPassword }))).toBe('ok')
    }
  }, 60_000)
})

describe('signing up', () => {
  const body = (email: string) => ({ email, password: goodPassword, name: 'Eve', teamName: 'Eve' })

  it('refuses common passwords and those made of the person’s own names', async () => {
    const bad = ['password1234', 'lovelace@2026', 'Difference Engine']
    for (const password of bad) {
      const input = { email: 'ada@lovelace.example', password, name: 'Ada Lovelace', teamName: 'Difference Engine' }
      expect([password, await codeOf(signUp(requestFrom(newAddress()), input))]).toEqual([
        password,
        'password-too-common',
      ])
    }
  })

  it('leaves a stranger few guesses at which addresses have accounts', async () => {
    const person = await newPerson()
    const ip = newAddress()
    const outcomes: unknown[] = []
    for (let n = 0; n < 30; n += 1) outcomes.push(await codeOf(signUp(requestFrom(ip), body(person.email))))
    expect(tally(outcomes)).toEqual({ 'email-taken': 10, 'too-many-attempts': 20 })
    expect(await attempt(person.email, person.ip, goodPassword)).toBe('ok')
  }, 60_000)

  it('founds at most 30 accounts a day from one network', async () => {
    const from = (n: number) => requestFrom(`2001:db8:9:9::${n.toString(16)}`)
    const outcomes: unknown[] = []
    for (let n = 1; n <= 32; n += 1) outcomes.push(await codeOf(signUp(from(n), body(`${newId()}@example.com`))))
    expect(tally(outcomes)).toEqual({ ok: 30, 'too-many-attempts': 2 })
    await letTimePass(24 * 60 * minuteMs)
    expect(await codeOf(signUp(from(1), body(`${newId()}@example.com`)))).toBe('ok')
  }, 60_000)

  it('makes one account when two sign up with one address at once', async () => {
    const email = 'twice@example.com'
    const outcomes = tally(await attempts(5, () => codeOf(signUp(requestFrom(newAddress()), body(email)))))
    expect(outcomes).toEqual({ ok: 1, 'email-taken': 4 })
    const { rows } = await asSuperuser(
      place.database,
      `SELECT count(DISTINCT t.id)::int AS teams FROM tenant t JOIN membership m ON m."tenantId" = t.id JOIN "user" u ON u.id = m."userId" WHERE u.email = $1`,
      [email],
    )
    expect(rows).toEqual([{ teams: 1 }])
  })
})

function medianMs(refusals: Refusal[]): number {
  return median(refusals.map(({ ms }) => ms))
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}
