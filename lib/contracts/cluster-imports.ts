import { z } from 'zod'
import { id, instant, pageQuery } from './paging.ts'

export const importFormats = ['yaml', 'csv', 'env'] as const
export type ImportFormat = (typeof importFormats)[number]

/** Clusters one file may hold. */
export const rowsMax = 1_000
const fileLengthMax = 4_000_000
const filesMax = 200
/** Characters all rows hold with the certificates they name put in: 1,000 clusters with chains of their own take some 8 million. */
export const rowsSizeMax = 12_000_000
/** A file that takes longer to read was made to. */
export const readingMaxSeconds = 10
/** A list as long as it may be, with the certificates it names. */
export const importBodyMaxBytes = 8 * 1024 * 1024

const attachedText = z.string().max(200_000, { error: 'pem-too-long' }).meta({ secret: true })

const grouped = (value: number) => value.toLocaleString('en-US')
const textSentence = `The list: at most ${grouped(fileLengthMax)} characters and ${grouped(rowsMax)} clusters, read within ${readingMaxSeconds} s; of YAML and JSON at most 400,000 parts (values, marks, spaces, line breaks) and 100 aliases.`
const filesSentence = `Certificates and keys by the path the rows name them by: at most ${filesMax}, of 200,000 characters each. With them put in wherever a row names them, all rows hold at most ${grouped(rowsSizeMax)} characters.`

export const startImportBody = z
  .strictObject({
    format: z.enum(importFormats),
    fileName: z.string().trim().max(200).default(''),
    text: z
      .string()
      .min(1, { error: 'required' })
      .max(fileLengthMax, { error: 'file-too-long' })
      .meta({ secret: true, description: textSentence }),
    /** Certificates and keys the rows name by their path. */
    files: z
      .record(z.string().max(300), attachedText)
      .refine((files) => Object.keys(files).length <= filesMax, { error: 'files-too-many' })
      .default({})
      .meta({ description: filesSentence }),
  })
  .meta({ example: { format: 'csv', fileName: 'fleet.csv', text: 'name,endpoints\npayments,https://10.0.0.1:2379\n' } })
export type StartImport = z.output<typeof startImportBody>

/** `checking` and `importing` go on by themselves; `checked` waits for somebody to go on or not. */
export const importStates = ['checking', 'checked', 'importing', 'done', 'cancelled'] as const
export type ImportState = (typeof importStates)[number]

/**
 * `waiting` for its look; `ready`, `warned` and `refused` by it; then what the import made of it. `unchanged`: a cluster of
 * that name is there and is the same.
 */
export const rowStates = [
  'waiting',
  'ready',
  'warned',
  'refused',
  'created',
  'changed',
  'unchanged',
  'failed',
  'cancelled',
] as const
export type RowState = (typeof rowStates)[number]

/** One thing in the way of a row: a field that does not fit, a finding of its diagnosis, or a failure. */
export const rowProblem = z.object({
  kind: z.enum(['field', 'finding', 'failure']),
  /** Dotted path of the field; empty for others. */
  path: z.string(),
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
})
export type RowProblem = z.infer<typeof rowProblem>

export const importParams = z.object({ importId: id })
export const clusterImportView = z.object({
  id,
  format: z.enum(importFormats),
  fileName: z.string(),
  state: z.enum(importStates),
  rowsTotal: z.number().int(),
  /** Rows by state; states without rows are left out. */
  counts: z.partialRecord(z.enum(rowStates), z.number().int()),
  createdAt: instant,
  createdBy: z.string(),
  finishedAt: instant.nullable(),
})
export type ClusterImportView = z.infer<typeof clusterImportView>

export const importRowView = z.object({
  number: z.number().int(),
  name: z.string(),
  state: z.enum(rowStates),
  problems: z.array(rowProblem),
  clusterId: id.nullable(),
  finishedAt: instant.nullable(),
})
export type ImportRowView = z.infer<typeof importRowView>
export const listImportsQuery = pageQuery
export const listImportRowsQuery = pageQuery.extend({ state: z.enum(rowStates).optional() })
