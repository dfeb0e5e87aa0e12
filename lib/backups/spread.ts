import { createHash } from 'node:crypto'

/**
 * Where within a period a cluster has its turn, in milliseconds from 0 up to the period: always the same for the same
 * cluster and period, and evenly spread over all clusters (SHA-256), so that neither a restart nor a new cluster moves
 * anybody's turn.
 */
export function spreadOver(periodMs: number, clusterId: string): number {
  const hash = createHash('sha256').update(`kstone/backup-turn/${clusterId}`).digest()
  return Math.floor((hash.readUIntBE(0, 6) / 2 ** 48) * periodMs)
}
