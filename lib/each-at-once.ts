/**
 * Does `work` for each item, at most `atOnceMax` of them at the same time, in order of the list. The first failure ends it:
 * what runs is waited for, nothing more is begun, and the failure is thrown.
 */
export async function eachAtOnce<Item>(
  items: readonly Item[],
  atOnceMax: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  let hasFailed = false
  const take = async () => {
    for (const item of queue) {
      if (hasFailed) return
      try {
        await work(item)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(atOnceMax, items.length) }, take))
  const failure = ended.find((end) => end.status === 'rejected')
  if (failure) throw failure.reason
}
