import { z } from 'zod'
import type { FieldRow } from './field-rows.ts'
import { fieldRowsOf, jsonSchema, typeOf } from './field-rows.ts'

/** One operation of the API, as its documentation shows it. */
export interface ApiOperation {
  /** Stable, for links. */
  id: string
  method: string
  path: string
  summary: string
  area: string
  /** A permission, `self` or `public`. */
  access: string
  /** Refuses API keys: only somebody signed in may call. */
  isSessionOnly: boolean
  needsStepUp: boolean
  parameters: ApiParameter[]
  body: { fields: FieldRow[]; example: string } | undefined
  answer: ApiAnswer
  /** Everything a search looks into, in lower case. */
  searchText: string
}

export interface ApiParameter {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  isRequired: boolean
  type: string
  /** JSON of the default value. */
  defaultValue: string | undefined
}

export interface ApiAnswer {
  status: string
  /** Media type of a stream of bytes, whose content has no fields. */
  stream: string | undefined
  fields: FieldRow[]
}

const mediaSchema = z.object({ schema: jsonSchema.optional(), example: z.unknown().optional() })
const contentSchema = z.record(z.string(), mediaSchema)

const operationSchema = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  summary: z.string(),
  'x-kstone-access': z.string(),
  'x-kstone-step-up': z.boolean().default(false),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z.array(
    z.object({
      name: z.string(),
      in: z.enum(['path', 'query', 'header', 'cookie']),
      required: z.boolean(),
      schema: jsonSchema,
    }),
  ),
  requestBody: z.object({ content: contentSchema }).optional(),
  responses: z.record(z.string(), z.object({ content: contentSchema.optional() })),
})
type Operation = z.infer<typeof operationSchema>

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) })

/** Reads our OpenAPI document into what the page shows, in the document's order. Throws when it is not one of ours. */
export function operationsOf(document: unknown): ApiOperation[] {
  const { paths } = documentSchema.parse(document)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describe(method.toUpperCase(), path, operation)),
  )
}

function describe(method: string, path: string, operation: Operation): ApiOperation {
  const parameters = operation.parameters.map(describeParameter)
  const body = describeBody(operation)
  const answer = describeAnswer(operation)
  const access = operation['x-kstone-access']
  const isOpenToKeys = operation.security.some((way) => 'apiKey' in way)
  const words = [method, path, operation.summary, access, ...parameters.map(({ name }) => name)]
  const fields = [...(body?.fields ?? []), ...answer.fields].map((field) => field.path)
  return {
    id: operation.operationId,
    method,
    path,
    summary: operation.summary,
    area: operation.tags[0] ?? 'other',
    access,
    isSessionOnly: access !== 'public' && !isOpenToKeys,
    needsStepUp: operation['x-kstone-step-up'],
    parameters,
    body,
    answer,
    searchText: [...words, ...fields].join(' ').toLowerCase(),
  }
}

function describeParameter(parameter: Operation['parameters'][number]): ApiParameter {
  const { name, required, schema } = parameter
  const defaultValue = schema.default === undefined ? undefined : JSON.stringify(schema.default)
  return { name, in: parameter.in, isRequired: required, type: typeOf(schema), defaultValue }
}

function describeBody({ requestBody }: Operation): ApiOperation['body'] {
  const media = requestBody?.content['application/json']
  if (!media?.schema) return undefined
  return {
    fields: fieldRowsOf(media.schema),
    example: media.example === undefined ? '' : JSON.stringify(media.example, null, 2),
  }
}

function describeAnswer({ responses }: Operation): ApiAnswer {
  const [status = '200', response] = Object.entries(responses).find(([code]) => code.startsWith('2')) ?? []
  const content = response?.content ?? {}
  const schema = content['application/json']?.schema
  if (schema) return { status, stream: undefined, fields: fieldRowsOf(schema) }
  return { status, stream: Object.keys(content)[0], fields: [] }
}

/** Whether an operation answers to every word of a search. */
export function matchesSearch(operation: ApiOperation, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return words.every((word) => operation.searchText.includes(word))
}

export interface ApiArea {
  id: string
  operations: ApiOperation[]
}

/** Operations by area, a list before the single thing below it; areas in the order of their paths. */
export function byArea(operations: readonly ApiOperation[]): ApiArea[] {
  const inOrder = operations.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)))
  const areas = Map.groupBy(inOrder, ({ area }) => area)
  return [...areas].map(([id, members]) => ({ id, operations: members }))
}
