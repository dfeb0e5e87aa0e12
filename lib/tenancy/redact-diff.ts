import { redacted, redactText } from '#lib/redact.ts'
import type { JsonValue } from './json-value.ts'

const secretName = /passw|passphrase|secret|token|key|credential/i

/**
 * What the audit log keeps of a change: `{ role: ['viewer', 'admin'] }` is [before, after]. Under a name that sounds secret
 * every text becomes `[redacted]`, so that only set, replaced and removed can be told apart; text that looks like one of our
 * tokens is blotted out wherever it stands.
 */
export function redactDiff(diff: Record<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(
    Object.entries(diff).map(([name, value]) => [tidyText(name), redactJson(value, secretName.test(name))]),
  )
}

function redactJson(value: JsonValue, isSecret: boolean): JsonValue {
  if (typeof value === 'string') return isSecret ? redacted : redactText(tidyText(value))
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => redactJson(item, isSecret))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [tidyText(name), redactJson(item, isSecret || secretName.test(name))]),
  )
}

/** Postgres keeps neither NUL nor half a surrogate pair; what is hashed must be what is stored. */
export function tidyText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}
