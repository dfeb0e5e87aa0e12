import type { ListedMember, MemberFacts } from '../facts.ts'
import { isSeen, presenceOf } from '../facts.ts'

/**
 * The members in the order in which they are to be visited, as there may not be time for all: who told the list, those that
 * answered last time, those of which nothing was known, and those last that were down.
 */
export function visitOrder<Member extends Pick<ListedMember, 'id'>>(
  members: readonly Member[],
  { teller, before }: { teller: bigint | undefined; before: readonly MemberFacts[] },
): readonly Member[] {
  const rankOf = ({ id }: Member): number => {
    if (id === teller) return 0
    const last = before.find((member) => member.id === id)
    if (!last) return 2
    if (isSeen(last.status)) return 1
    return presenceOf(last) === 'down' ? 3 : 2
  }
  return members.toSorted((a, b) => rankOf(a) - rankOf(b))
}
