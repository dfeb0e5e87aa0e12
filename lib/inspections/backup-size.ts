import { z } from 'zod'
import { couldNotTell } from './could-not-tell.ts'
import type { BackupSize } from './facts.ts'
import { defineInspection, theCluster } from './inspection.ts'
import { sizeEvidence } from './member-evidence.ts'
import { megabytes, percent } from './thresholds.ts'

/** Our own choice: backups of a small cluster double with one deployment, those of a large one grow slowly. */
const settings = z.object({ changePercent: percent(50, 'kstone'), changeMegabytes: megabytes(100, 'kstone') })

/** Of fewer, one that was odd itself is the middle. */
const comparedMin = 3
const comparedMax = 5
const megabyte = 1_000_000n

/**
 * Whether the newest verified backup is of a size unlike that of those before it. A database that was defragmented shrinks and
 * has lost nothing: only where keys went too is it worth a warning.
 */
export const backupSize = defineInspection({
  id: 'backup-size',
  feature: 'backupcheck',
  scope: 'cluster',
  needs: ['backups'],
  settings,
  codes: {
    'backup-size-jumped': {
      source: 'kstone',
      evidence: ['takenAt', 'direction', 'size', 'usualSize', 'percent', 'keys', 'usualKeys', 'compared'],
    },
  },
  judge: (facts, { changePercent, changeMegabytes }) => {
    const [newest, ...others] = facts.backups.value.sizes
    const former = others.slice(0, comparedMax)
    if (!newest || former.length < comparedMin) return [{ subject: theCluster, ...couldNotTell('too-few-backups') }]
    const usual = usualOf(former)
    const differs = (now: bigint, before: bigint) => distance(now, before) * 100n > before * BigInt(changePercent)
    const isFar = distance(newest.sizeBytes, usual.sizeBytes) > BigInt(changeMegabytes) * megabyte
    if (!isFar || !differs(newest.sizeBytes, usual.sizeBytes)) return [{ subject: theCluster, verdict: 'ok' }]
    const hasShrunk = newest.sizeBytes < usual.sizeBytes
    const hasLostKeys = hasShrunk && newest.keys < usual.keys && differs(newest.keys, usual.keys)
    const evidence = {
      takenAt: newest.takenAt.toISOString(),
      direction: hasShrunk ? 'smaller' : 'larger',
      size: sizeEvidence(newest.sizeBytes),
      usualSize: sizeEvidence(usual.sizeBytes),
      percent: percentOf(newest.sizeBytes, usual.sizeBytes),
      keys: Number(newest.keys),
      usualKeys: Number(usual.keys),
      compared: former.length,
    }
    const severity = hasLostKeys ? 'warning' : 'info'
    return [{ subject: theCluster, verdict: 'finding', severity, code: 'backup-size-jumped', evidence }]
  },
})

/** The middle of each; of an even number the upper of the two in the middle. */
function usualOf(former: readonly BackupSize[]): { sizeBytes: bigint; keys: bigint } {
  const middle = (numbers: readonly bigint[]) => {
    const sorted = numbers.toSorted((a, b) => Number(a - b))
    return sorted[Math.floor(sorted.length / 2)] ?? 0n
  }
  return { sizeBytes: middle(former.map((one) => one.sizeBytes)), keys: middle(former.map((one) => one.keys)) }
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}

/** Of nothing, everything is a hundred percent. */
function percentOf(now: bigint, before: bigint): number {
  return before <= 0n ? 100 : Number((distance(now, before) * 100n) / before)
}
