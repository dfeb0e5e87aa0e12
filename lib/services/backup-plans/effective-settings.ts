import type { EffectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { effectiveBackupSettings, storedBackupSettings } from '#lib/contracts/backup-plans.ts'

interface Layers {
  /** As the tables hold them. */
  readonly team: unknown
  readonly cluster?: unknown
  /** The team's: days and hours of retention are those of its people unless somebody said otherwise. */
  readonly timeZone: string
}

/** What holds for a cluster: its own, over the team's, over the product's. */
export function settingsOf({ team, cluster, timeZone }: Layers): EffectiveBackupSettings {
  const { targetId: _inTeam, ...below } = storedBackupSettings.parse(team ?? {})
  const { targetId: _own, ...own } = storedBackupSettings.parse(cluster ?? {})
  return effectiveBackupSettings.parse({ retention: { timeZone }, ...below, ...own })
}

/** Where a cluster's backups go, if it says so itself. */
export function ownTargetOf(cluster: unknown): string | null {
  return storedBackupSettings.parse(cluster ?? {}).targetId ?? null
}

/** The names of what is set in one layer. */
export function namesSet(layer: unknown): string[] {
  return Object.keys(storedBackupSettings.parse(layer ?? {})).toSorted()
}
