import { AppError } from './errors.ts'

export const redacted = '[redacted]'

/** Names of fields whose text is never logged, wherever they stand. */
const secretName = /passw|passphrase|secret|token|authorization|cookie|credential|api-?key|private-?key|^sid$/i

const depthMax = 6
const itemsMax = 100
const nodesMax = 2000

/** Secrets that are known by their form: ours end in a checksum, the others are what HTTP and URLs carry. */
const secretForms: readonly [RegExp, string][] = [
  [/\b[a-z]{2,8}_[0-9A-Za-z]{49}\b/g, redacted],
  [/\beyJ[\w-]{8,}(\.[\w-]*){2,4}/g, redacted],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`],
  [/(:\/\/[^\s"\\/@:]*):[^\s"\\/@]+@/g, `$1:${redacted}@`],
  [/([?&](?:token|code|state|secret|password|key)=)[^\s"\\&#]+/gi, `$1${redacted}`],
]

/** Blots out what looks like a secret in a finished line; keeps JSON whole, since no quote or backslash is ever taken. */
export function redactText(line: string): string {
  return secretForms.reduce((text, [form, instead]) => text.replace(form, instead), line)
}

/** How far a copy has come: `left` is shared by all of one copy, so a wide graph ends too. */
interface Walk {
  depth: number
  nodes: { left: number }
}

/**
 * A plain copy that is safe to log: secrets blotted out by field name, errors cut down to what explains them, binary data
 * to its length, and the whole bounded in depth and number, so circles and clients full of sockets end too.
 */
export function redactValue(value: unknown, walk: Walk = { depth: 0, nodes: { left: nodesMax } }): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return value
  walk.nodes.left -= 1
  if (walk.depth >= depthMax || walk.nodes.left < 0) return '[more]'
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  const inner = { ...walk, depth: walk.depth + 1 }
  if (value instanceof Error) return redactError(value, inner)
  if ('toJSON' in value && typeof value.toJSON === 'function') return redactValue(value.toJSON(), inner)
  if (value instanceof Map)
    return redactFields(
      [...value].map(([key, item]) => [String(key), item]),
      inner,
    )
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, itemsMax).map((item) => redactValue(item, inner))
  }
  return redactFields(Object.entries(value), inner)
}

function redactFields(entries: [string, unknown][], walk: Walk): Record<string, unknown> {
  return Object.fromEntries(
    entries
      .slice(0, itemsMax)
      .map(([name, item]) => [name, isSecretField(name, item) ? redacted : redactValue(item, walk)]),
  )
}

/** `tokenCount: 3` and `hasPassword: true` give nothing away; text, lists and objects under such a name may. */
function isSecretField(name: string, value: unknown): boolean {
  return secretName.test(name) && (typeof value === 'string' || (typeof value === 'object' && value !== null))
}

/**
 * Only name, code, message, details of our own errors, the way through the code, and causes. Other fields of a stranger are
 * left out, since drivers hang queries, rows and request headers there; the message is said once, not again in the stack.
 */
function redactError(error: Error, walk: Walk): Record<string, unknown> {
  const isExpected = error instanceof AppError && error.isExpected
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? []
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(error instanceof AppError ? { details: redactValue(error.details, walk) } : {}),
    ...(error instanceof AggregateError ? { errors: redactValue(error.errors, walk) } : {}),
    ...(isExpected ? {} : { stack: frames.join('\n') }),
    ...(error.cause === undefined ? {} : { cause: redactValue(error.cause, walk) }),
  }
}
