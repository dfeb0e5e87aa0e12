import { dayMs, hourMs } from '#lib/time.ts'

/** What the history can be looked at for; names stand in addresses. */
export const historyRanges = ['1h', '6h', '24h', '7d', '30d', '1y'] as const
export type HistoryRange = (typeof historyRanges)[number]

export const historyRangeDefault: HistoryRange = '1h'

const lengthsMs: Record<HistoryRange, number> = {
  '1h': hourMs,
  '6h': 6 * hourMs,
  '24h': 24 * hourMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '1y': 365 * dayMs,
}

/** The range that ends at `nowMs`, as the API asks for it. */
export function rangeUpTo(range: HistoryRange, nowMs: number): { from: string; to: string } {
  return { from: new Date(nowMs - lengthsMs[range]).toISOString(), to: new Date(nowMs).toISOString() }
}
