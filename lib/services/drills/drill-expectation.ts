import type { DrillExpectation } from '#lib/restores/compare-restored.ts'
import type { BackupRow } from '#lib/services/backups/backup-rows.ts'
import { storedReport } from '#lib/services/backups/backup-rows.ts'

/** What the live cluster said when the backup was taken: what its restored copy is held against. */
export function expectationOf({ revision, keys, report, serverVersion }: BackupRow): DrillExpectation {
  const { counts, hash } = storedReport.parse(report)
  const [total, ...groups] = counts
  return {
    revision: revision ?? 0n,
    liveKeys: total ? BigInt(total.live) : (keys ?? 0n),
    keysByPrefix: Object.fromEntries(groups.map(({ name, live }) => [name, BigInt(live)])),
    ...(hash
      ? {
          hash: {
            revision: BigInt(hash.revision),
            hash: hash.hash,
            compactRevision: BigInt(hash.compactRevision),
            serverVersion,
          },
        }
      : {}),
  }
}
