import type { BackupView } from '#lib/contracts/backup-catalogue.ts'

/** Milliseconds of all phases together; undefined before the first has ended. */
export function tookMsOf({ phases }: Pick<BackupView, 'phases'>): number | undefined {
  const all = Object.values(phases)
  return all.length === 0 ? undefined : all.reduce((sum, ms) => sum + ms, 0)
}

/** Bytes of the snapshot a second, over everything from choosing a member to the last byte read back. */
export function bytesPerSecondOf(backup: Pick<BackupView, 'phases' | 'sizeBytes'>): number | undefined {
  const tookMs = tookMsOf(backup)
  return backup.sizeBytes === null || !tookMs ? undefined : (backup.sizeBytes * 1_000) / tookMs
}

/** What is stored, as percent of what the member sent; to a tenth where it is but a few. */
export function storedPercentOf({ sizeBytes, storedBytes }: Pick<BackupView, 'sizeBytes' | 'storedBytes'>) {
  if (!sizeBytes || storedBytes === null) return undefined
  const percent = (storedBytes / sizeBytes) * 100
  return percent < 10 ? Math.max(Math.round(percent * 10) / 10, 0.1) : Math.round(percent)
}
