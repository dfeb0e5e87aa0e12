import { createHmac } from 'node:crypto'
import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { dayMs, hourMs, secondMs } from '#lib/time.ts'
import { clientNetwork } from './client-network.ts'

// Attempts are counted before the password is looked at and given back when it was right: a thousand requests at once pay for
// a thousand attempts, not for one. In Postgres, so that the limits hold while Redis is away and in every process alike.

interface Limit {
  /** Attempts within the window; the last of them starts the block. */
  attemptsMax: number
  windowMs: number
  blockMs(attempts: number): number
}

/** 10 wrong passwords for one account from one network in an hour: an hour's pause for that pair (ASVS 5.0 6.3.1). */
const pairLimit: Limit = { attemptsMax: 10, windowMs: hourMs, blockMs: () => hourMs }
/** 100 wrong passwords from one network in a day, whatever the accounts: a day's pause. */
const networkLimit: Limit = { attemptsMax: 100, windowMs: dayMs, blockMs: () => dayMs }
/**
 * 20 wrong passwords for one account in a day from wherever: from then on one attempt every 2 s, up to every 30 s. Nobody
 * is locked out by that: networks from which the account was used before are exempt.
 */
const accountLimit: Limit = {
  attemptsMax: 20,
  windowMs: dayMs,
  blockMs: (attempts) => Math.min(30, 2 * Math.ceil(attempts / 20)) * secondMs,
}

/** 30 accounts founded from one network in a day: a class or an office does not need more, a script would. */
const signUpsMax = 30

/** Who tries to sign in, and from where. */
export interface Attempt {
  email: string
  ip: string
}

interface Counter extends Limit {
  key: string
}

interface CounterRow {
  key: string
  failures: number
  waitMs: number
  windowLeftMs: number
}

/** The counters an attempt is counted on; keys are hashed, so that the table tells nobody's address. */
function countersOf({ email, ip }: Attempt): { pair: Counter; network: Counter; account: Counter } {
  const network = clientNetwork(ip)
  return {
    pair: { key: keyOf('pair', email, network), ...pairLimit },
    network: { key: keyOf('network', network), ...networkLimit },
    account: { key: keyOf('account', email), ...accountLimit },
  }
}

function keyOf(...parts: string[]): string {
  const secret = config().nextAuthSecret.reveal()
  return createHmac('sha256', secret)
    .update(JSON.stringify(['kstone/login-throttle', ...parts]))
    .digest('base64url')
}

/**
 * Counts one attempt, before any hashing.
 *
 * @throws AppError `too-many-attempts` with the seconds to wait, in the same words whether the account exists or not
 */
export async function beginAttempt(db: Db, attempt: Attempt): Promise<void> {
  const { pair, network, account } = countersOf(attempt)
  // One query for what an attack consists of: attempts that are blocked already.
  await refuseBlocked(db, [pair, network])
  const isKnown = await isKnownNetwork(db, attempt)
  if (!isKnown) await refuseBlocked(db, [account])
  const binding = isKnown ? [pair, network] : [pair, network, account]
  for (const counter of [pair, network, account].sort(byKey)) {
    const { failures, waitMs } = await count(db, counter)
    // Between looking and counting another request may have used the last attempt.
    if (waitMs > 0 && binding.includes(counter)) refuse(waitMs)
    if (failures >= counter.attemptsMax) await block(db, counter, failures)
  }
}

/** Gives back an attempt whose password was right; the pair starts afresh, the others lose this one only. */
export async function forgiveAttempt(db: Db, attempt: Attempt): Promise<void> {
  const { pair, network, account } = countersOf(attempt)
  for (const counter of [pair, network, account].sort(byKey)) {
    if (counter === pair) await db.loginThrottle.deleteMany({ where: { key: pair.key } })
    else await giveBack(db, counter)
  }
}

/** Forgets what was counted against an account and its pair with this network: the person has proved who they are by mail. */
export async function forgetAttempts(db: Db, attempt: Attempt): Promise<void> {
  const { pair, account } = countersOf(attempt)
  await db.loginThrottle.deleteMany({ where: { key: { in: [pair.key, account.key] } } })
}

/**
 * Counts one account made from that network; to be called in the transaction that makes it, as the last of its work.
 *
 * @throws AppError `too-many-attempts` beyond 30 a day
 */
export async function countSignUp(db: Db, ip: string): Promise<void> {
  const key = keyOf('sign-up', clientNetwork(ip))
  const { failures, windowLeftMs } = await count(db, { key, windowMs: dayMs })
  if (failures > signUpsMax) refuse(windowLeftMs)
}

/** The same order in every transaction: two of them never wait for each other. */
function byKey(a: Counter, b: Counter): number {
  return a.key < b.key ? -1 : 1
}

async function isKnownNetwork(db: Db, { email, ip }: Attempt): Promise<boolean> {
  const network = clientNetwork(ip)
  const rows = await db.$queryRaw<{ ip: string }[]>`
    SELECT DISTINCT s."ip" FROM "session" s JOIN "user" u ON u."id" = s."userId" WHERE u."email" = ${email}`
  return rows.some((row) => clientNetwork(row.ip) === network)
}

async function refuseBlocked(db: Db, counters: readonly Counter[]): Promise<void> {
  const keys = counters.map(({ key }) => key)
  const [row] = await db.$queryRaw<{ waitMs: number | null }[]>`
    SELECT (extract(epoch FROM max("blockedUntil") - now()) * 1000)::float AS "waitMs"
      FROM "login_throttle" WHERE "key" = ANY(${keys}) AND "blockedUntil" > now()`
  if (row?.waitMs) refuse(row.waitMs)
}

function refuse(waitMs: number): never {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / secondMs))
  throw new AppError('too-many-attempts', 'Too many wrong passwords', { details: { retryAfterSeconds } })
}

/** Adds one attempt, in a new window when the old one is over; tells how long the counter was blocked before. */
async function count(db: Db, { key, windowMs }: Pick<Counter, 'key' | 'windowMs'>): Promise<CounterRow> {
  const [row] = await db.$queryRaw<CounterRow[]>`
    INSERT INTO "login_throttle" AS t ("key", "failures", "windowEndsAt")
    VALUES (${key}, 1, now() + ${windowMs} * interval '1 millisecond')
    ON CONFLICT ("key") DO UPDATE SET
      "failures" = CASE WHEN t."windowEndsAt" <= now() THEN 1 ELSE t."failures" + 1 END,
      "windowEndsAt" = CASE WHEN t."windowEndsAt" <= now() THEN excluded."windowEndsAt" ELSE t."windowEndsAt" END
    RETURNING "key", "failures",
      greatest(0, coalesce(extract(epoch FROM "blockedUntil" - now()) * 1000, 0))::float AS "waitMs",
      (extract(epoch FROM "windowEndsAt" - now()) * 1000)::float AS "windowLeftMs"`
  if (!row) throw new Error('an upsert gave no row')
  return row
}

/** Starts the pause; where it is longer than the window, the window ends with it and counting starts afresh. */
async function block(db: Db, { key, blockMs }: Counter, failures: number): Promise<void> {
  const pauseMs = blockMs(failures)
  await db.$executeRaw`
    UPDATE "login_throttle" SET "blockedUntil" = now() + ${pauseMs} * interval '1 millisecond',
           "windowEndsAt" = CASE WHEN ${pauseMs} >= 3600000 THEN now() + ${pauseMs} * interval '1 millisecond' ELSE "windowEndsAt" END
     WHERE "key" = ${key}`
}

async function giveBack(db: Db, { key, attemptsMax }: Counter): Promise<void> {
  await db.$executeRaw`
    UPDATE "login_throttle" SET "failures" = greatest(0, "failures" - 1),
           "blockedUntil" = CASE WHEN "failures" <= ${attemptsMax} THEN NULL ELSE "blockedUntil" END
     WHERE "key" = ${key}`
}
