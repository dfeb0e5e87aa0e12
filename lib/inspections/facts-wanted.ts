import type { FactName } from './facts.ts'
import { catalogueFacts } from './facts.ts'
import { inspections } from './index.ts'
import type { SettingsOf } from './judge-all.ts'

/** What the inspections that are switched on judge by: nothing else is asked of the etcd. */
export function factsWanted(settingsOf: SettingsOf): ReadonlySet<FactName> {
  const enabled = inspections.filter((inspection) => settingsOf(inspection) !== null)
  const named = enabled.flatMap(({ needs, uses = [] }) => [...needs, ...uses])
  return new Set(named.filter((name) => !catalogueFacts.has(name)))
}
