import { z } from 'zod'

/** The part of JSON Schema that our contracts come out as. */
export interface JsonSchema {
  type?: string | string[] | undefined
  format?: string | undefined
  enum?: unknown[] | undefined
  const?: unknown
  default?: unknown
  description?: string | undefined
  minLength?: number | undefined
  maxLength?: number | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  minItems?: number | undefined
  maxItems?: number | undefined
  properties?: Record<string, JsonSchema> | undefined
  required?: string[] | undefined
  items?: JsonSchema | undefined
  anyOf?: JsonSchema[] | undefined
  additionalProperties?: JsonSchema | boolean | undefined
  $ref?: string | undefined
}

export const jsonSchema: z.ZodType<JsonSchema> = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  get properties() {
    return z.record(z.string(), jsonSchema).optional()
  },
  required: z.array(z.string()).optional(),
  get items() {
    return jsonSchema.optional()
  },
  get anyOf() {
    return z.array(jsonSchema).optional()
  },
  get additionalProperties() {
    return z.union([z.boolean(), jsonSchema]).optional()
  },
  $ref: z.string().optional(),
})

/** One field of a body or answer. */
export interface FieldRow {
  /** `data[].actor.kind`: dots into objects, `[]` into lists, `{}` into values by name. */
  path: string
  type: string
  isRequired: boolean
  /** JSON of the default value. */
  defaultValue: string | undefined
  description: string | undefined
}

const depthMax = 6

/** Every field of a schema, each with its way there; an object's own row comes before those of its fields. */
export function fieldRowsOf(schema: JsonSchema): FieldRow[] {
  return rowsUnder('', schema, 0)
}

function rowsUnder(prefix: string, schema: JsonSchema, depth: number): FieldRow[] {
  const inner = withoutNull(schema)
  if (depth > depthMax) return []
  if (inner.items) return rowsUnder(`${prefix}[]`, inner.items, depth + 1)
  if (typeof inner.additionalProperties === 'object') {
    return rowsUnder(`${prefix}{}`, inner.additionalProperties, depth + 1)
  }
  const required = new Set(inner.required ?? [])
  return Object.entries(inner.properties ?? {}).flatMap(([name, field]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    return [rowOf(path, field, required.has(name)), ...rowsUnder(path, field, depth + 1)]
  })
}

function rowOf(path: string, schema: JsonSchema, isRequired: boolean): FieldRow {
  const defaultValue = schema.default === undefined ? undefined : JSON.stringify(schema.default)
  return { path, type: typeOf(schema), isRequired, defaultValue, description: schema.description }
}

/** A schema in few signs: `string (uuid)`, `"en" | "zh"`, `integer 1…200`, `string[]`, `{ [name]: string }`. */
export function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.items) return `${listedTypeOf(schema.items)}[]${boundsOf(schema.minItems, schema.maxItems)}`
  if (typeof schema.additionalProperties === 'object') return `{ [name]: ${typeOf(schema.additionalProperties)} }`
  const names = [schema.type ?? 'any'].flat().join(' | ')
  const format = schema.format ? ` (${schema.format})` : ''
  const bounds = boundsOf(schema.minLength ?? schema.minimum, schema.maxLength ?? schema.maximum)
  return `${names}${format}${bounds}`
}

function listedTypeOf(items: JsonSchema): string {
  const type = typeOf(items)
  return type.includes(' ') ? `(${type})` : type
}

/** Bounds that only say what a computer can count to tell nobody anything. */
function boundsOf(min: number | undefined, max: number | undefined): string {
  const low = min !== undefined && min > Number.MIN_SAFE_INTEGER ? min : undefined
  const high = max !== undefined && max < Number.MAX_SAFE_INTEGER ? max : undefined
  if (low === undefined && high === undefined) return ''
  if (high === undefined) return ` ≥ ${low}`
  return low === undefined ? ` ≤ ${high}` : ` ${low}…${high}`
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const others = schema.anyOf?.filter(({ type }) => type !== 'null') ?? []
  return others.length === 1 && others[0] ? others[0] : schema
}
