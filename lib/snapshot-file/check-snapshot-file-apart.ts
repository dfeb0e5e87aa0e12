import type { CheckOptions, SnapshotReport } from './check-snapshot-file.ts'
import type { SnapshotDifference } from './compare-snapshot-files.ts'
import type { CompareOptions } from './comparison-table.ts'
import type { GroupModule } from './run-in-thread.ts'
import { SnapshotThread } from './run-in-thread.ts'

interface Apart {
  /** What names the groups of keys; without it, there are none. */
  readonly groupModule?: GroupModule | undefined
  /** One that was made beforehand. */
  readonly thread?: SnapshotThread | undefined
}

/**
 * The same as `checkSnapshotFile`, in a thread of its own.
 *
 * @throws AppError `snapshot-damaged`; `snapshot-unreadable`, also where the thread dies; or the reason of the signal
 */
export async function checkSnapshotFileApart(
  path: string,
  { signal, groupModule, thread = new SnapshotThread(), ...options }: Omit<CheckOptions, 'groupOf'> & Apart = {},
): Promise<SnapshotReport> {
  const order = { work: 'check' as const, path, groupModule, options }
  return (await thread.run(order, signal)) as SnapshotReport
}

/**
 * The same as `compareSnapshotFiles`, in a thread of its own.
 *
 * @throws AppError as `checkSnapshotFileApart`
 */
export async function compareSnapshotFilesApart(
  paths: { readonly before: string; readonly after: string },
  { signal, groupModule, thread = new SnapshotThread(), ...options }: CompareOptions & Apart = {},
): Promise<SnapshotDifference> {
  const order = { work: 'compare' as const, paths, groupModule, options }
  return (await thread.run(order, signal)) as SnapshotDifference
}
