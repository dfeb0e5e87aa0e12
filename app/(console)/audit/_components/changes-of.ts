import type { AuditEventView } from '#lib/contracts/audit.ts'

type Diff = AuditEventView['diff']
type Json = Diff[string]

/** One field of a change; undefined where there was nothing before, or nothing is after. */
export interface Change {
  field: string
  before: string | undefined
  after: string | undefined
}

/** The fields of an event's diff, as text. A pair is before and after; anything else is a fact that came with the event. */
export function changesOf(diff: Diff): Change[] {
  return Object.entries(diff).map(([field, value]) => {
    const [before, after] = Array.isArray(value) && value.length === 2 ? value : [null, value]
    return { field, before: textOf(before), after: textOf(after) }
  })
}

function textOf(value: Json | undefined): string | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return value
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return isPlainList ? value.join(', ') : JSON.stringify(value)
}
