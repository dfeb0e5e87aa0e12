import { withSystem } from './system.ts'

/**
 * Sends one notification per payload to whoever listens on `channel`; at most 8,000 bytes each. Call it after commit, never
 * inside a transaction of the work itself: a notifying commit waits for a lock that all of the database share.
 */
export async function notify(channel: string, payloads: readonly string[]): Promise<void> {
  await withSystem(
    (db) => db.$executeRaw`SELECT pg_notify(${channel}, payload) FROM unnest(${payloads}::text[]) AS payload`,
  )
}
