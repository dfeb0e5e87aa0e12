import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'

export type CheckName = 'file' | 'compare' | 'store' | 'present'
export type CheckOutcome = 'pass' | 'fail' | 'unknown' | 'waiting'

type Judged = Pick<BackupDetailView, 'state' | 'problem'>

/**
 * What each check of a backup came to. A backup that is verified, or was before its object went missing, has passed all of them;
 * one that is not says by its problem which of them it failed at.
 */
export function checksOf(backup: Judged): { check: CheckName; outcome: CheckOutcome }[] {
  const { state } = backup
  const isStored = state === 'verified' || state === 'unverified' || state === 'missing'
  return [
    { check: 'file', outcome: isStored ? 'pass' : beforeStored(backup, 'snapshot-') },
    { check: 'compare', outcome: comparedIn(backup) },
    { check: 'store', outcome: isStored ? 'pass' : beforeStored(backup, 'storage-', 'backup-') },
    { check: 'present', outcome: presentIn(backup) },
  ]
}

function comparedIn({ state, problem }: Judged): CheckOutcome {
  if (state === 'verified' || state === 'missing' || problem === 'drill-disproven') return 'pass'
  if (problem === 'live-count-differs') return 'fail'
  return state === 'unverified' ? 'unknown' : 'waiting'
}

function presentIn({ state, problem }: Judged): CheckOutcome {
  if (state === 'missing' || problem === 'drill-disproven') return 'fail'
  return state === 'verified' || state === 'unverified' ? 'pass' : 'waiting'
}

function beforeStored({ state, problem }: Judged, ...kinds: readonly string[]): CheckOutcome {
  if (state === 'failed' && kinds.some((kind) => problem?.startsWith(kind))) return 'fail'
  return 'waiting'
}
