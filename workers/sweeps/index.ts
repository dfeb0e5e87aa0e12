import { claimDueBackups } from '#lib/services/backups/claim-due-backups.ts'
import { removeMarked } from '#lib/services/backups/remove-marked.ts'
import { claimDueCollections } from '#lib/services/collections/claim-due-collections.ts'
import { claimDueDrills } from '#lib/services/drills/claim-due-drills.ts'
import { measureJobs } from '#lib/services/jobs/measure-jobs.ts'
import { relayOutbox } from '#lib/services/jobs/relay-outbox.ts'
import { republishLostJobs } from '#lib/services/jobs/republish-lost-jobs.ts'
import { mailDueResets } from '#lib/services/password-resets/mail-due-resets.ts'
import { pruneAuditChains } from '#lib/services/retention/prune-audit-chains.ts'
import { pruneExpiredRows } from '#lib/services/retention/prune-expired-rows.ts'
import { keepPartitions } from '#lib/services/samples/keep-partitions.ts'
import { rollUpSamples } from '#lib/services/samples/roll-up-samples.ts'
import { runDueSchedules } from '#lib/services/schedules/run-due-schedules.ts'
import { claimDueComparisons } from '#lib/services/storage-targets/claim-due-comparisons.ts'
import { purgeClosedTeams } from '#lib/services/team/purge-closed-teams.ts'
import { hourMs, minuteMs, secondMs } from '#lib/time.ts'
import type { Sweep } from './sweep.ts'

/** Hands what was asked for to the queue; rung as soon as somebody asks. */
export const outboxRelay: Sweep = {
  name: 'relay-outbox',
  everyMs: secondMs,
  run: async () => (await relayOutbox()).isFullRound,
}

/** Hands due collections to whoever holds their shards; rung when there is room for more, and as soon as somebody asks. */
export const dueCollections: Sweep = {
  name: 'claim-due-collections',
  everyMs: secondMs / 2,
  run: oneRound(claimDueCollections),
}

/** Everything else a worker does by itself. */
export const sweeps: readonly Sweep[] = [
  { name: 'run-due-schedules', everyMs: secondMs, run: untilNothingIsLeft(runDueSchedules) },
  { name: 'claim-due-backups', everyMs: secondMs, run: untilNothingIsLeft(claimDueBackups) },
  { name: 'claim-due-drills', everyMs: 5 * secondMs, run: untilNothingIsLeft(claimDueDrills) },
  { name: 'claim-due-comparisons', everyMs: minuteMs, run: untilNothingIsLeft(claimDueComparisons) },
  { name: 'remove-marked-backups', everyMs: 5 * secondMs, run: oneRound(removeMarked) },
  { name: 'republish-lost-jobs', everyMs: 5 * secondMs, run: oneRound(republishLostJobs) },
  { name: 'measure-jobs', everyMs: 5 * secondMs, run: oneRound(measureJobs) },
  { name: 'mail-password-resets', everyMs: 2 * secondMs, run: untilNothingIsLeft(mailDueResets) },
  { name: 'prune-expired-rows', everyMs: 10 * minuteMs, run: oneRound(pruneExpiredRows) },
  { name: 'prune-audit-chains', everyMs: 10 * minuteMs, run: untilNothingIsLeft(pruneAuditChains) },
  { name: 'keep-partitions', everyMs: hourMs, run: oneRound(keepPartitions) },
  { name: 'roll-up-samples', everyMs: minuteMs, run: untilNothingIsLeft(rollUpSamples) },
  { name: 'purge-closed-teams', everyMs: minuteMs, run: untilNothingIsLeft(purgeClosedTeams) },
]

function oneRound(work: (signal: AbortSignal) => Promise<unknown>): Sweep['run'] {
  return async (signal) => {
    await work(signal)
    return false
  }
}

function untilNothingIsLeft(work: (signal: AbortSignal) => Promise<number>): Sweep['run'] {
  return async (signal) => (await work(signal)) > 0
}
