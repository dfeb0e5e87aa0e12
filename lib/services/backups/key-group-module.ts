import { isWhole, groupOf as keyGroupOf } from '#lib/values/key-groups.ts'

/** So many answers are remembered; beyond, each is found anew. */
const knownMax = 1_000
const known = new Map<string, boolean>()

/**
 * Names the group a key belongs to by its prefix, bytes as characters (latin1), as the live cluster is asked for it. Keys of a group
 * that no range holds alone have none: they are counted in the total. Loaded by the thread that reads a snapshot.
 */
export function groupOf(key: Uint8Array): string | undefined {
  const group = keyGroupOf(Buffer.from(key).toString('latin1'))
  if (!group.prefix.endsWith('/')) return undefined
  const isRange = known.get(group.prefix) ?? isWhole(group)
  if (known.size < knownMax) known.set(group.prefix, isRange)
  return isRange ? group.prefix : undefined
}
