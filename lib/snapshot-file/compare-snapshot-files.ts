import type { CompareOptions, GroupDifference } from './comparison-table.ts'
import { ComparisonTable } from './comparison-table.ts'
import type { GroupOf } from './group-numbers.ts'
import { HashShare, inShares } from './hash-share.ts'
import { openSnapshot } from './open-snapshot.ts'

export interface SnapshotDifference extends Omit<GroupDifference, 'name' | 'samples'> {
  /** Those with the most differences first; groups in which nothing differs are among them. */
  readonly groups: readonly GroupDifference[]
}

/**
 * What has to be done to the keys that live in the first snapshot to make them those of the second. Keys and values are told
 * apart by 64 bits of a hash. Each file is read once for every 700,000 keys, and no more than the table is held.
 *
 * @throws AppError `snapshot-damaged`, `snapshot-unreadable`; or the reason of the signal
 */
export async function compareSnapshotFiles(
  paths: { readonly before: string; readonly after: string },
  groupOf: GroupOf,
  options: CompareOptions = {},
): Promise<SnapshotDifference> {
  await using before = await openSnapshot(paths.before, options.signal)
  await using after = await openSnapshot(paths.after, options.signal)
  const table = new ComparisonTable({ before, after }, groupOf, options)
  await inShares(new HashShare(), async (share) => {
    await table.take('before', share)
    await table.take('after', share)
    await table.countShare()
  })
  const groups = table.result()
  const sum = (count: (group: GroupDifference) => number) => groups.reduce((all, group) => all + count(group), 0)
  return {
    addedCount: sum((group) => group.addedCount),
    changedCount: sum((group) => group.changedCount),
    removedCount: sum((group) => group.removedCount),
    unchangedCount: sum((group) => group.unchangedCount),
    groups,
  }
}
