import type { ClusterFacts } from '#lib/inspections/facts.ts'
import { presenceOf, seenValue } from '#lib/inspections/facts.ts'
import type { Finished, ShownBefore } from './finished.ts'
import { columnsOf } from './shown-columns.ts'

/** Whether people would see nothing new: sizes, revisions and latencies differ every time, and are not counted. */
export function isShownAlike({ order, collected, before }: Finished & { before: ShownBefore }): boolean {
  const now = { ...before, ...columnsOf(collected, before.etcdClusterId) }
  const alike = (Object.keys(before) as (keyof ShownBefore)[]).every((name) => before[name] === now[name])
  return alike && membersIn(order.memory?.facts) === membersIn(collected.facts)
}

function membersIn(facts: ClusterFacts | undefined): string {
  return JSON.stringify(
    facts?.members.map((member) => {
      const { version, isLeader } = seenValue(member.status) ?? {}
      return [String(member.id), member.name, member.address, member.isLearner, presenceOf(member), version, isLeader]
    }),
  )
}
