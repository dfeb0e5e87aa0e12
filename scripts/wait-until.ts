import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Asks again every `intervalMs` (50 by default) until `probe` gives something other than undefined.
 * Gives undefined when `timeoutMs` have passed.
 */
export async function waitUntil<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  { timeoutMs, intervalMs = 50 }: { timeoutMs: number; intervalMs?: number },
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const found = await probe()
    if (found !== undefined) return found
    if (Date.now() >= deadline) return undefined
    await sleep(intervalMs)
  }
}
