import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { logFailure, withLogContext } from '#lib/log.ts'
import { metrics } from '#lib/metrics.ts'
import { parseInput } from '#lib/parse-input.ts'
import type { Idempotency, Identity, RequestContext, TenantContext } from '#lib/tenancy/context.ts'
import { answer, serialise } from './answer.ts'
import { authorize } from './authorize.ts'
import type {
  Access,
  AnyDefinition,
  Input,
  ResponseShape,
  RouteArguments,
  RouteDefinition,
  RouteHandler,
} from './definition.ts'
import { bodyFingerprint, findEarlierAnswer, idempotencyKeyOf } from './idempotency.ts'
import { identifySender } from './identify-sender.ts'
import { checkOrigin } from './origin.ts'
import { problem } from './problem.ts'
import { limitByAddress, limitByTeam } from './rate-limit.ts'
import { readBody } from './read-body.ts'
import { localeOf, requestContext, routePattern } from './request-context.ts'

const readingMethods = new Set(['GET', 'HEAD'])

type AnyInput = Input<z.ZodType, z.ZodType, z.ZodType>

interface Call {
  definition: AnyDefinition & { handle(ctx: never, input: AnyInput): Promise<unknown> }
  query: z.ZodType
  request: Request
  params: Record<string, string | string[] | undefined>
  pattern: string
  context: RequestContext
}

/**
 * Makes a route handler: authenticate → authorize → parse → handle → serialise through the schema. Any error becomes
 * problem+json (RFC 9457). The definition stays on the handler: documentation and the isolation suite are made from it.
 */
export function route<
  A extends Access,
  R extends ResponseShape,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(definition: RouteDefinition<A, P, Q, B, R>): RouteHandler {
  const query = onlyKnown(definition.query)
  const handler = async (request: Request, { params }: RouteArguments): Promise<Response> => {
    const given = (await params) ?? {}
    const pattern = routePattern(new URL(request.url).pathname, given)
    const call: Call = { definition, query, request, params: given, pattern, context: requestContext(request) }
    const stop = metrics.httpRequestDuration.startTimer({ route: pattern, method: request.method })
    const response = await withLogContext({ requestId: call.context.requestId }, () => serve(call))
    stop()
    metrics.httpRequests.inc({ route: pattern, method: request.method, status: String(response.status) })
    return response
  }
  return Object.assign(handler, { definition })
}

async function serve(call: Call): Promise<Response> {
  let identity: Identity = { kind: 'anonymous' }
  try {
    // A dead cookie must not lock anybody out of signing up or asking for a new password.
    if (call.definition.access !== 'public') identity = await identifySender(call.request.headers, call.context)
    return await withLogContext(whoIsAsking(identity), () => respond(call, identity))
  } catch (error) {
    logFailure(error)
    const profile = identity.kind === 'session' ? identity.self.user.locale : undefined
    return problem(error, { requestId: call.context.requestId, locale: localeOf(call.request.headers, profile) })
  }
}

function whoIsAsking(identity: Identity): { tenantId?: string; actor?: string } {
  if (identity.kind === 'anonymous') return {}
  const tenant = identity.kind === 'session' ? identity.self.tenant : identity.tenant
  const actor = identity.kind === 'session' ? identity.self.actor : identity.tenant.actor
  return { actor: `${actor.kind}:${actor.id}`, ...(tenant ? { tenantId: tenant.tenantId } : {}) }
}

async function respond(call: Call, identity: Identity): Promise<Response> {
  const { definition, request } = call
  const isMutation = !readingMethods.has(request.method)
  if (isMutation && identity.kind !== 'api-key') checkOrigin(request.headers)
  await limit(call, identity)
  const allowed = authorize(definition, identity, call.context)

  const input = await readInput(call, isMutation)
  const { response } = definition
  if (!(isMutation && allowed.tenant && 'schema' in response))
    return answer(response, await handle(call, allowed.ctx, input), call.context)

  const idempotency = idempotencyOf(call, { tenant: allowed.tenant, input })
  if (!idempotency) return answer(response, await handle(call, allowed.ctx, input), call.context)
  return (
    (await findEarlierAnswer(allowed.tenant.tenantId, idempotency)) ??
    (await handleOnce(call, { ...allowed.tenant, idempotency }, input))
  )
}

/** Counts the request before anything is refused, so that refusals count too. */
async function limit({ definition: { access }, context }: Call, identity: Identity): Promise<void> {
  const tenant = identity.kind === 'session' ? identity.self.tenant : identity.kind === 'api-key' && identity.tenant
  if (tenant && access !== 'self') await limitByTeam(tenant)
  // Whoever is nobody and asks for more than the public doors is refused for nothing.
  else if (identity.kind !== 'anonymous' || access === 'public') await limitByAddress(context.ip)
}

/** Runs the work; when an equal request won the race for the key, its answer is given instead. */
async function handleOnce(
  call: Call,
  ctx: TenantContext & { idempotency: Idempotency },
  input: AnyInput,
): Promise<Response> {
  try {
    return answer(call.definition.response, await handle(call, ctx, input), call.context)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'idempotency-in-progress') throw error
    const earlier = await findEarlierAnswer(ctx.tenantId, ctx.idempotency)
    if (!earlier) throw error
    return earlier
  }
}

function handle(call: Call, ctx: unknown, input: AnyInput): Promise<unknown> {
  // The context was built for this definition's access by `authorize`: the one place where that type is lost.
  return call.definition.handle(ctx as never, input)
}

function idempotencyOf(
  call: Call,
  { tenant, input }: { tenant: TenantContext; input: AnyInput },
): Idempotency | undefined {
  const key = idempotencyKeyOf(call.request.headers)
  if (key === undefined) return undefined
  const { response } = call.definition
  return {
    key,
    route: `${call.request.method} ${call.pattern}`,
    bodyHash: bodyFingerprint([tenant.actor.kind, tenant.actor.id, input.params, input.query, input.body]),
    status: response.status,
    serialise: (result) => serialise(response, result),
  }
}

/** A misspelt filter must not look like one that hits everything: what the schema does not name is refused. */
function onlyKnown(query: z.ZodType = z.object({})): z.ZodType {
  return query instanceof z.ZodObject ? query.strict() : query
}

async function readInput({ definition, query, request, params }: Call, isMutation: boolean): Promise<AnyInput> {
  const given = Object.fromEntries(new URL(request.url).searchParams)
  const { body, bodySizeMaxBytes } = definition
  return {
    params: definition.params ? parseInput(definition.params, params, 'params') : undefined,
    query: parseInput(query, given, 'query'),
    body: isMutation
      ? parseInput(
          body ?? noBody,
          await readBody(request, { isExpected: body !== undefined, bodySizeMaxBytes }),
          'body',
        )
      : undefined,
  }
}

const noBody = z.undefined()
