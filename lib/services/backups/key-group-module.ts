import { groupOf as keyGroupOf } from '#lib/values/key-groups.ts'

/**
 * Names the group a key belongs to by its prefix, bytes as characters (latin1), as the live cluster is asked for it. Loaded by the
 * thread that reads a snapshot.
 */
export function groupOf(key: Uint8Array): string {
  return keyGroupOf(Buffer.from(key).toString('latin1')).prefix
}
