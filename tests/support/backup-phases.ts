import { expect } from 'vitest'
import type { Faulty, FaultyBackups } from './backup-faults.ts'
import type { Fault } from './s3-fault-proxy.ts'

/** A moment in the way of a backup, held open. */
export interface HeldPhase {
  readonly name: string
  /** Until `release`, whatever comes so far stays there. */
  hold(site: FaultyBackups, clusters: readonly Faulty[]): void
  /** How many of the clusters' backups have come so far. */
  reached(site: FaultyBackups, clusters: readonly Faulty[]): number
}

const status = /Maintenance\/Status$/

/** Every phase there is, and within the store what was done and not answered. */
export const heldPhases: readonly HeldPhase[] = [
  atMembers('source', ({ relay }) => relay.hold(status), 'heldCalls'),
  atMembers('stream', ({ relay }) => relay.setHarm({ kind: 'stall', at: 0.5 }), 'harmed'),
  atMembers('check', () => undefined, 'snapshots'),
  atMembers('compare', ({ relay }) => relay.hold(status, 1), 'heldCalls'),
  atStore('store, with a part under way', 'UploadPart', { kind: 'hang', after: false }),
  atStore('store, with the end not done', 'CompleteMultipartUpload', { kind: 'hang', after: false }),
  atStore('store, with the end done and not answered', 'CompleteMultipartUpload', { kind: 'hang', after: true }),
  atStore('read-back', 'GetObject', { kind: 'hang-mid-body' }),
  atStore('read-back, with the manifest done and not answered', 'PutObject', { kind: 'hang', after: true }),
]

export function release(site: FaultyBackups, clusters: readonly Faulty[]): void {
  site.proxy.setFaults()
  for (const { relay } of relaysOf(clusters)) {
    relay.release()
    relay.setHarm(undefined)
  }
}

/** Waits until a backup of each cluster is where it is held. */
export async function untilReached(
  phase: HeldPhase,
  site: FaultyBackups,
  clusters: readonly Faulty[],
): Promise<() => Promise<void>> {
  const before = phase.reached(site, clusters)
  phase.hold(site, clusters)
  return async () => {
    await expect
      .poll(() => phase.reached(site, clusters) - before, { timeout: 60_000, interval: 5 })
      .toBeGreaterThanOrEqual(clusters.length)
  }
}

function atMembers(
  name: string,
  hold: (at: ReturnType<typeof relaysOf>[number]) => void,
  counter: 'heldCalls' | 'harmed' | 'snapshots',
): HeldPhase {
  return {
    name,
    hold: (_, clusters) => relaysOf(clusters).forEach(hold),
    reached: (_, clusters) => relaysOf(clusters).reduce((sum, { relay }) => sum + relay[counter], 0),
  }
}

function atStore(name: string, operation: string, harm: Fault['harm']): HeldPhase {
  return {
    name,
    hold: (site) => site.proxy.setFaults({ operation, harm }),
    reached: (site) => site.proxy.asked.filter((asked) => asked.startsWith(`${operation} `)).length,
  }
}

function relaysOf(clusters: readonly Faulty[]) {
  return clusters.flatMap(({ relays }) => relays.map((relay) => ({ relay })))
}
