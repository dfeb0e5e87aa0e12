import type { CheckOptions, SnapshotReport } from './check-snapshot-file.ts'
import type { SnapshotDifference } from './compare-snapshot-files.ts'
import type { CompareOptions } from './comparison-table.ts'
import type { GroupModule } from './run-in-thread.ts'
import { runInThread } from './run-in-thread.ts'

interface Apart {
  /** What names the groups of keys; without it, there are none. */
  readonly groupModule?: GroupModule | undefined
}

/**
 * The same as `checkSnapshotFile`, in a thread of its own.
 *
 * @throws AppError `snapshot-damaged`; `snapshot-unreadable`, also where the thread dies; or the reason of the signal
 */
export async function checkSnapshotFileApart(
  path: string,
  { signal, groupModule, ...options }: Omit<CheckOptions, 'groupOf'> & Apart = {},
): Promise<SnapshotReport> {
  const order = { work: 'check' as const, path, groupModule, options }
  return (await runInThread(order, signal)) as SnapshotReport
}

/**
 * The same as `compareSnapshotFiles`, in a thread of its own.
 *
 * @throws AppError as `checkSnapshotFileApart`
 */
export async function compareSnapshotFilesApart(
  paths: { readonly before: string; readonly after: string },
  { signal, groupModule, ...options }: CompareOptions & Apart = {},
): Promise<SnapshotDifference> {
  const order = { work: 'compare' as const, paths, groupModule, options }
  return (await runInThread(order, signal)) as SnapshotDifference
}
