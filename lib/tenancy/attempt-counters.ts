import { createHmac } from 'node:crypto'
import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'

// Rows of `login_throttle`: attempts within a window, and how long they are refused after too many. In Postgres, so that the
// limits hold while Redis is away and in every process alike. Keys are hashed, so that the table tells nobody's address.

/** What is counted, and for how long. */
export interface Counted {
  key: string
  windowMs: number
}

export interface Counter extends Counted {
  /** Attempts within the window; the last of them starts the block. */
  attemptsMax: number
  blockMs(attempts: number): number
}

export interface Count {
  attempts: number
  /** How long the counter was blocked before this attempt; 0 when it was not. */
  waitMs: number
  windowLeftMs: number
}

/** The key of what the parts name; without our secret nobody can tell which. */
export function counterKey(...parts: string[]): string {
  const secret = config().nextAuthSecret.reveal()
  return createHmac('sha256', secret)
    .update(JSON.stringify(['kstone/login-throttle', ...parts]))
    .digest('base64url')
}

/** How those of the keys stand that anything was counted on, in one look by primary key. */
export async function readCounts(db: Db, keys: readonly string[]): Promise<Map<string, Count>> {
  const rows = await db.$queryRaw<(Count & { key: string })[]>`
    SELECT "key", "failures" AS "attempts",
           greatest(0, coalesce(extract(epoch FROM "blockedUntil" - now()) * 1000, 0))::float AS "waitMs",
           greatest(0, extract(epoch FROM "windowEndsAt" - now()) * 1000)::float AS "windowLeftMs"
      FROM "login_throttle" WHERE "key" = ANY(${keys})`
  return new Map(rows.map(({ key, ...count }) => [key, count]))
}

/**
 * Adds one attempt to each, in a new window where the old one is over. One statement, so that a thousand requests at once
 * count a thousand; it takes the rows by the order of their keys, so that no two transactions wait for each other.
 */
export async function countAttempts(db: Db, counters: readonly Counted[]): Promise<Map<string, Count>> {
  const rows = await db.$queryRaw<(Count & { key: string })[]>`
    INSERT INTO "login_throttle" AS t ("key", "failures", "windowEndsAt")
    SELECT c."key", 1, now() + c."windowMs" * interval '1 millisecond'
      FROM unnest(${counters.map(({ key }) => key)}::text[], ${counters.map(({ windowMs }) => windowMs)}::float8[])
           AS c("key", "windowMs") ORDER BY c."key"
    ON CONFLICT ("key") DO UPDATE SET
      "failures" = CASE WHEN t."windowEndsAt" <= now() THEN 1 ELSE t."failures" + 1 END,
      "windowEndsAt" = CASE WHEN t."windowEndsAt" <= now() THEN excluded."windowEndsAt" ELSE t."windowEndsAt" END
    RETURNING "key", "failures" AS "attempts",
      greatest(0, coalesce(extract(epoch FROM "blockedUntil" - now()) * 1000, 0))::float AS "waitMs",
      (extract(epoch FROM "windowEndsAt" - now()) * 1000)::float AS "windowLeftMs"`
  return new Map(rows.map(({ key, ...count }) => [key, count]))
}

/** Starts the pause; where it is longer than the window, the window ends with it and counting starts afresh. */
export async function blockCounter(db: Db, { key, blockMs }: Counter, attempts: number): Promise<void> {
  const pauseMs = blockMs(attempts)
  await db.$executeRaw`
    UPDATE "login_throttle" SET "blockedUntil" = now() + ${pauseMs} * interval '1 millisecond',
           "windowEndsAt" = CASE WHEN ${pauseMs} >= 3600000 THEN now() + ${pauseMs} * interval '1 millisecond' ELSE "windowEndsAt" END
     WHERE "key" = ${key}`
}

/** Takes one attempt back from each, and with it the pause that it alone began; in the same order as they are counted. */
export async function uncountAttempts(db: Db, counters: readonly Counter[]): Promise<void> {
  await db.$executeRaw`
    WITH held AS (
      SELECT t."key", c."max" FROM "login_throttle" t
        JOIN unnest(${counters.map(({ key }) => key)}::text[], ${counters.map((counter) => counter.attemptsMax)}::int[])
             AS c("key", "max") ON c."key" = t."key"
       ORDER BY t."key" FOR UPDATE OF t)
    UPDATE "login_throttle" t SET "failures" = greatest(0, t."failures" - 1),
           "blockedUntil" = CASE WHEN t."failures" <= held."max" THEN NULL ELSE t."blockedUntil" END
      FROM held WHERE t."key" = held."key"`
}

/** Forgets what was counted. */
export async function dropCounters(db: Db, keys: readonly string[]): Promise<void> {
  await db.$executeRaw`
    DELETE FROM "login_throttle" WHERE "key" IN (
      SELECT "key" FROM "login_throttle" WHERE "key" = ANY(${keys}) ORDER BY "key" FOR UPDATE)`
}

/** Sets a mark that lasts for so long from now on; `readCounts` shows it by its window. */
export async function setMark(db: Db, { key, windowMs }: Counted): Promise<void> {
  await db.$executeRaw`
    INSERT INTO "login_throttle" ("key", "failures", "windowEndsAt")
    VALUES (${key}, 0, now() + ${windowMs} * interval '1 millisecond')
    ON CONFLICT ("key") DO UPDATE SET "windowEndsAt" = excluded."windowEndsAt"`
}
