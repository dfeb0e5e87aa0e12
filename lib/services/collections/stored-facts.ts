import type { Memory } from '#lib/inspections/collect/memory.ts'

/** Counts the shapes this has had: what an older build wrote is not read, and the next collection begins anew. */
const shape = 4

/** For a column of JSON, which knows neither 64-bit numbers nor times. */
export function encodeFacts(memory: Memory): string {
  return JSON.stringify({ shape, ...memory }, function (this: Record<string, unknown>, key, value: unknown) {
    const raw = this[key]
    if (raw instanceof Date) return { $time: raw.getTime() }
    return typeof value === 'bigint' ? { $int: String(value) } : value
  })
}

/** What `encodeFacts` wrote; undefined for nothing, or what another build wrote. */
export function decodeFacts(column: unknown): Memory | undefined {
  const decoded = revive(column)
  return isMemory(decoded) ? decoded : undefined
}

function isMemory(value: unknown): value is Memory {
  return typeof value === 'object' && value !== null && 'shape' in value && value.shape === shape
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(revive)
  if ('$int' in value) return BigInt(String(value.$int))
  if ('$time' in value) return new Date(Number(value.$time))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]))
}
