/**
 * Two pieces of work that need each other: when one fails the other is aborted and waited for, so that nothing of either goes on
 * behind the caller's back. The first failure is thrown.
 */
export async function bothOrNeither<One, Other>(
  signal: AbortSignal,
  { one, other }: { one: (signal: AbortSignal) => Promise<One>; other: (signal: AbortSignal) => Promise<Other> },
): Promise<[One, Other]> {
  const end = new AbortController()
  const either = AbortSignal.any([signal, end.signal])
  let failure: { error: unknown } | undefined
  const watch = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      failure ??= { error }
      end.abort(failure.error)
      throw error
    }
  }
  const [first, second] = await Promise.allSettled([watch(one(either)), watch(other(either))])
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  throw failure?.error
}
