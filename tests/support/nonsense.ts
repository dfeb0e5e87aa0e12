import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { errorCodes } from '#lib/errors.ts'
import type { Caller, Operation, World } from './isolation-world.ts'
import { createWorld, operations, signedIn, thingsFor } from './isolation-world.ts'
import { newAddress } from './signed-in.ts'

export const problemSchema = z.strictObject({
  type: z.string().startsWith('urn:kstone:problem:'),
  title: z.string(),
  status: z.int(),
  detail: z.string().min(10),
  code: z.enum(Object.keys(errorCodes)),
  requestId: z.uuid(),
  retryAfterSeconds: z.number().optional(),
  errors: z.array(z.strictObject({ path: z.string(), code: z.string(), message: z.string().min(5) })).optional(),
})

/** What tells a stranger how we are made inside. */
const insides = /prisma|postgres|redis|node_modules|\bat [\w.]+ \(|select .* from|\.ts:\d|ECONN|violates/i

/** Sends one piece of nonsense; gives what is wrong with the answer. */
async function faultOf(
  operation: Operation,
  { url, headers, path, body }: { url: string; headers: Headers; path: string; body?: string },
) {
  headers.set('x-forwarded-for', newAddress())
  const response = await fetch(url + path, {
    method: operation.method,
    headers,
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) return await response.body?.cancel()
  const text = await response.text()
  const request = `${operation.name} ${path} ${body ?? ''} ${JSON.stringify([...headers])}`
  if (!isDecodable(path)) return response.status === 400 ? undefined : `${response.status} for the address ${path}`
  if (response.status >= 500) return `${response.status} ${text} for ${request}`
  if (response.status < 400) return undefined
  const problem = problemSchema.safeParse(
    response.headers.get('content-type') === 'application/problem+json' ? JSON.parse(text) : text,
  )
  if (!problem.success) return `no problem but ${text} for ${request}`
  if (insides.test(text)) return `${text} for ${request}`
  if (problem.data.requestId !== response.headers.get('x-request-id'))
    return `another request id in ${text} for ${request}`
  return undefined
}

/** What no server can read is refused before anything of ours sees it, in plain text. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path.split('?')[0] ?? '')
    return true
  } catch {
    return false
  }
}

const visible = fc.string({ unit: fc.constantFrom(...'aB0-_.~%/ \\"\'<>{}[]&=;:,*?|'), maxLength: 30 })
const nonsense = fc.record(
  {
    body: fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc.string(),
      fc.constantFrom('{', '[[[[', '{"__proto__":{"role":"owner"}}', 'null', '"\\u0000"'),
    ),
    query: fc.dictionary(
      fc.constantFrom('limit', 'cursor', 'q', 'role', 'state', 'after', 'from', 'x'),
      fc.oneof(visible, fc.constantFrom('-1', '1e9', '%00', 'MA==', '[]')),
      { maxKeys: 3 },
    ),
    thing: fc.oneof(
      visible,
      fc.constantFrom('%00', '..%2f..', '00000000-0000-0000-0000-000000000000', "'; DROP TABLE x"),
    ),
    idempotencyKey: fc.option(visible),
    mediaType: fc.constantFrom(
      'application/json',
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
    ),
  },
  { requiredKeys: ['body', 'query', 'thing', 'idempotencyKey', 'mediaType'] },
)
type Nonsense = typeof nonsense extends fc.Arbitrary<infer T> ? T : never

function requestOf(
  operation: Operation,
  { url, caller, things }: { url: string; caller: Caller; things: Record<string, string> },
  made: Nonsense,
) {
  const headers = new Headers(caller.headers)
  headers.set('origin', url)
  if (made.idempotencyKey !== null) headers.set('idempotency-key', made.idempotencyKey.trim())
  const query = new URLSearchParams(made.query).toString()
  const spoilt = {
    ...things,
    ...Object.fromEntries(
      operation.params.map((param) => [
        param,
        made.thing.startsWith('%') ? made.thing : encodeURIComponent(made.thing),
      ]),
    ),
  }
  const path = `${operation.params.reduce((text, param) => text.replace(`{${param}}`, spoilt[param] ?? ''), operation.path)}?${query}`
  if (operation.method === 'GET') return { url, headers, path }
  headers.set('content-type', made.mediaType)
  return { url, headers, path, body: made.body }
}

/** So many pieces of nonsense for each operation there is. */
export function describeNonsense(url: () => string, runs: number): void {
  describe('nonsense', () => {
    const named = operations.map((operation) => [operation.name, operation] as const)

    it.each(named)(
      'sent to %s gets a problem with cause and fix, and shows nothing of our insides',
      async (_, operation) => {
        const world: World = await createWorld()
        const caller = await signedIn(world, 'owner')
        const things = thingsFor(operation, { ...world.things })
        await fc.assert(
          fc.asyncProperty(nonsense, async (made) => {
            expect(await faultOf(operation, requestOf(operation, { url: url(), caller, things }, made))).toBeUndefined()
          }),
          { numRuns: runs, endOnFailure: true },
        )
      },
    )
  })
}
