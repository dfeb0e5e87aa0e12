import { formatEndpoint, parseEndpoint } from '#lib/etcd/connection.ts'
import type { Memory } from '#lib/inspections/collect/memory.ts'
import { isSeen } from '#lib/inspections/facts.ts'

/**
 * The endpoints in the order in which they are to be asked: those first that told the list or at which a member answered last
 * time, since dead ones before them would cost every collection their silence. Where no members are known that could be visited,
 * the others have their turn by `attempt`: there may not be time for all of them at once.
 */
export function answeringFirst(
  endpoints: readonly string[],
  { memory, attempt }: { memory: Memory | undefined; attempt: number },
): readonly string[] {
  const seen = memory?.facts.members.flatMap(({ address, status }) =>
    address !== null && isSeen(status) ? address : [],
  )
  const answered = new Set([...(seen ?? []), ...(memory?.toldBy ? [memory.toldBy] : [])])
  const has = (one: string) => {
    const endpoint = parseEndpoint(one)
    return endpoint !== undefined && answered.has(formatEndpoint(endpoint))
  }
  const others = endpoints.filter((one) => !has(one))
  const isInTurn = others.length > 0 && !memory?.facts.members.length
  const turn = isInTurn ? (attempt - 1) % others.length : 0
  return [...endpoints.filter(has), ...others.slice(turn), ...others.slice(0, turn)]
}
