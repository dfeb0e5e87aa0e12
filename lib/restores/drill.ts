import { ConnectionPool } from '#lib/etcd/connection-pool.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import type { AlarmKind } from '#lib/etcd/maintenance.ts'
import { findEtcdBinaries } from '#lib/etcd-server/find-binaries.ts'
import type { RestoreStage } from '#lib/etcd-server/restore-failure.ts'
import type { ThrowAwayEtcd, ThrowAwayLimits } from '#lib/etcd-server/throw-away.ts'
import { openThrowAwayEtcd } from '#lib/etcd-server/throw-away.ts'
import { secondMs } from '#lib/time.ts'
import type { DrillExpectation, Judgement } from './compare-restored.ts'
import { compareRestored } from './compare-restored.ts'
import type { DrillFailure } from './drill-failure.ts'
import { drillFailureOf } from './drill-failure.ts'
import type { RestoredAnswer } from './read-restored.ts'
import { readRestored } from './read-restored.ts'

export interface DrillOrder {
  /** The snapshot, with its checksum at the end, as etcd sends it. It is only read. */
  readonly file: string
  /** Of the server the snapshot is of: `3.5`. */
  readonly minor: string
  readonly expected: DrillExpectation
  /** Where the throw-away etcd keeps its data for as long as it lives. */
  readonly parentDir: string
  readonly limits: ThrowAwayLimits
  readonly signal: AbortSignal
  readonly onStage?: ((stage: RestoreStage) => void) | undefined
}

export interface DrillReport extends Judgement {
  /** Why there was nothing to compare. */
  readonly failure: DrillFailure | null
  /** Of the etcd it was restored into; null where there is none of that minor. */
  readonly etcdVersion: string | null
  /** Raised in the cluster when the snapshot was taken, and so after any restore of it. */
  readonly alarms: readonly AlarmKind[]
  /** Seconds; null for what was not come to. */
  readonly seconds: Readonly<Record<'restore' | 'start' | 'compare', number | null>> & { readonly total: number }
}

const connectionsMax = 4

/**
 * Proves a snapshot: restores it into an etcd of its own minor and holds what that says against what the live cluster said.
 * It is `proven` by agreement alone, `disproven` by a difference or by etcd's refusal of the file, and `not-proven`, with the
 * reason, whenever nobody can tell. Nothing is left behind, whatever comes in between.
 *
 * @throws the signal's reason when it is aborted: a drill that was called off has no verdict
 */
export async function drillSnapshot(order: DrillOrder): Promise<DrillReport> {
  const watch = new StageWatch(order.onStage)
  const outcome = await drill(order, watch)
  const seconds = watch.finish()
  return { ...outcome, seconds }
}

type Outcome = Omit<DrillReport, 'seconds'>

async function drill(order: DrillOrder, watch: StageWatch): Promise<Outcome> {
  const { signal, expected } = order
  let etcdVersion: string | null = null
  try {
    etcdVersion = (await findEtcdBinaries(order.minor)).version
    await using etcd = await openThrowAwayEtcd({ ...order, onStage: (stage) => watch.enter(stage) })
    const seen = await ask(etcd, order)
    const { alarms } = seen
    return { ...compareRestored(expected, seen), failure: null, etcdVersion, alarms }
  } catch (error) {
    signal.throwIfAborted()
    const failure = drillFailureOf(error)
    const { verdict } = failure
    return { verdict, basis: null, differences: [], comparisons: [], failure, etcdVersion, alarms: [] }
  }
}

async function ask(etcd: ThrowAwayEtcd, { expected, limits }: DrillOrder): Promise<RestoredAnswer> {
  const { access, failure } = etcd
  const [endpoint] = access.endpoints
  if (!endpoint) throw new RangeError('a restored etcd without an endpoint')
  // Of its own: those of the process are for members that are met again.
  const connections = new ConnectionPool(connectionsMax)
  try {
    const client = openEtcd(access, { connections })
    return await readRestored({ client, endpoint, expected, signal: failure, timeoutMs: limits.deadlineMs })
  } catch (error) {
    throw etcd.explain(error)
  } finally {
    connections.close()
  }
}

class StageWatch {
  readonly #onStage: ((stage: RestoreStage) => void) | undefined
  readonly #beganMs = performance.now()
  readonly #enteredMs: Partial<Record<RestoreStage, number>> = {}

  constructor(onStage: ((stage: RestoreStage) => void) | undefined) {
    this.#onStage = onStage
  }

  enter(stage: RestoreStage): void {
    this.#enteredMs[stage] = performance.now()
    this.#onStage?.(stage)
  }

  finish(): DrillReport['seconds'] {
    const nowMs = performance.now()
    const { restore, start, read } = this.#enteredMs
    const between = (fromMs: number | undefined, toMs: number) =>
      fromMs === undefined ? null : roundedSeconds(toMs - fromMs)
    return {
      restore: between(restore, start ?? nowMs),
      start: between(start, read ?? nowMs),
      compare: between(read, nowMs),
      total: roundedSeconds(nowMs - this.#beganMs),
    }
  }
}

function roundedSeconds(durationMs: number): number {
  return Math.round(durationMs) / secondMs
}
