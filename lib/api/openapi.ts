import { z } from 'zod'
import { pageEnd } from '#lib/contracts/paging.ts'
import { errorCodes } from '#lib/errors.ts'
import type { AnyDefinition, RouteHandler } from './definition.ts'

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export type HttpMethod = (typeof httpMethods)[number]

/** One `route.ts`: its path with `{names}` and what it exports. */
export interface RouteModule {
  path: string
  methods: Partial<Record<HttpMethod, RouteHandler>>
}

type JsonObject = Record<string, unknown>

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened and how to mend it, in the language of the request'),
    code: z.enum(Object.keys(errorCodes)),
    requestId: z.string(),
    retryAfterSeconds: z.number().optional(),
    errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
  })
  .describe('RFC 9457 problem details')

/** The OpenAPI 3.1 document of all routes, made from their definitions alone. */
export function openApiDocument(modules: readonly RouteModule[], serverUrl: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kstone',
      version: '1',
      description:
        'Governs fleets of etcd clusters. Lists page by `cursor`; answers are `{ data }`, errors `application/problem+json`. ' +
        'Send `Idempotency-Key` with a change in a team to make repeating it safe for 24 hours.',
    },
    servers: [{ url: serverUrl }],
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a team, `kst_…`' },
        session: { type: 'apiKey', in: 'cookie', name: 'next-auth.session-token' },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
    paths: Object.fromEntries(modules.map((module) => [module.path, pathItem(module)])),
  }
}

function pathItem({ path, methods }: RouteModule): JsonObject {
  const operations = httpMethods.flatMap((method) => {
    const handler = methods[method]
    return handler ? [[method.toLowerCase(), operation(method, path, handler.definition)]] : []
  })
  return Object.fromEntries(operations)
}

function operation(method: HttpMethod, path: string, definition: AnyDefinition): JsonObject {
  const { access, summary, body, stepUp } = definition
  return {
    operationId: operationId(method, path),
    tags: [path.split('/')[3] ?? 'other'],
    summary,
    description: accessSentence(access, stepUp === true),
    'x-kstone-access': access,
    'x-kstone-step-up': stepUp === true,
    security: security(definition),
    parameters: [
      ...parameters(definition.params, 'path'),
      ...parameters(definition.query, 'query'),
      ...(method !== 'GET' && access !== 'public' && access !== 'self' ? [idempotencyParameter] : []),
    ],
    ...(body ? { requestBody: { required: true, content: { 'application/json': bodyContent(body) } } } : {}),
    responses: {
      [String(definition.response.status)]: success(definition),
      default: {
        description: 'What went wrong, and how to mend it',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const idempotencyParameter: JsonObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
}

function operationId(method: HttpMethod, path: string): string {
  const words = path
    .split('/')
    .slice(3)
    .map((segment) => segment.replace(/[{}]/g, ''))
  return [method.toLowerCase(), ...words].join('-')
}

function accessSentence(access: string, stepUp: boolean): string {
  if (access === 'public') return 'Open to anybody.'
  const who = access === 'self' ? 'For anybody signed in, on their own account.' : `Needs \`${access}\`.`
  return stepUp ? `${who} Needs a sign-in of the last 10 minutes; API keys are refused.` : who
}

function security({ access, stepUp }: AnyDefinition): JsonObject[] {
  if (access === 'public') return []
  if (access === 'self' || stepUp) return [{ session: [] }]
  return [{ apiKey: [] }, { session: [] }]
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): JsonObject[] {
  if (!(schema instanceof z.ZodObject)) return []
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: jsonSchema(field, 'input'),
  }))
}

function bodyContent(body: z.ZodType): JsonObject {
  const example = z.object({ example: z.unknown() }).safeParse(body.meta())
  return { schema: jsonSchema(body, 'input'), ...(example.success ? { example: example.data.example } : {}) }
}

function success({ response }: AnyDefinition): JsonObject {
  if ('stream' in response)
    return { description: 'A stream', content: { [response.stream]: { schema: { type: 'string' } } } }
  const schema =
    'page' in response
      ? z.object({ data: z.array(response.page) }).extend(pageEnd.shape)
      : z.object({ data: response.schema })
  return { description: 'Done', content: { 'application/json': { schema: jsonSchema(schema, 'output') } } }
}

function jsonSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, $defs: definitions, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return definitions ? withoutReferences(rest) : rest
}

/**
 * A reference would look for its target in the whole document, not in the one schema that holds it. The only thing of our
 * contracts that contains itself is "any JSON", and that is what the empty schema says.
 */
function withoutReferences(schema: JsonObject): JsonObject {
  const plain = JSON.stringify(schema, (_, value) =>
    z.object({ $ref: z.string() }).safeParse(value).success ? {} : value,
  )
  return z.record(z.string(), z.unknown()).parse(JSON.parse(plain))
}
