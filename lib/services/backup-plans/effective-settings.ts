import { z } from 'zod'
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

const withRetention = z.object({ retention: z.unknown() })

/**
 * Whether it is known what may go: a retention that is set and not understood, say by a newer version of the product, is no reason
 * to go by another one and to delete what it would have kept.
 */
export function isRetentionKnown({ team, cluster }: Omit<Layers, 'timeZone'>): boolean {
  return [team, cluster].every((layer) => {
    const isSet = withRetention.safeParse(layer).data?.retention !== undefined
    return !isSet || storedBackupSettings.parse(layer).retention !== undefined
  })
}

/** Where a cluster's backups go, if it says so itself. */
export function ownTargetOf(cluster: unknown): string | null {
  return storedBackupSettings.parse(cluster ?? {}).targetId ?? null
}

/** The names of what is set in one layer. */
export function namesSet(layer: unknown): string[] {
  return Object.keys(storedBackupSettings.parse(layer ?? {})).toSorted()
}
