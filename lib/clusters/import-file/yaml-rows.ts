import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { AttachedFiles, ImportRow } from './import-row.ts'
import { compact, pemOf, unreadable } from './import-row.ts'

/** Aliases may multiply a small file into a huge one; no list of clusters needs many. */
const aliasesMax = 100

const fileShape = z.union([z.array(z.unknown()), z.object({ clusters: z.array(z.unknown()) })])
const rowShape = z.record(z.string(), z.unknown())
const pemFields = [
  ['caFile', 'caPem'],
  ['clientCertFile', 'clientCertPem'],
  ['clientKeyFile', 'clientKeyPem'],
] as const

/**
 * Rows of a YAML (or JSON) list: the fields of the API, and `caFile`, `clientCertFile`, `clientKeyFile` for attached files.
 *
 * @throws AppError `import-file-unreadable` with line and reason
 */
export function readYaml(text: string, files: AttachedFiles): ImportRow[] {
  const document = parseDocument(text, { uniqueKeys: true })
  const [problem] = document.errors
  if (problem) {
    const [start] = problem.linePos ?? []
    throw unreadable('yaml-malformed', start ? { line: start.line } : {})
  }
  const file = fileShape.safeParse(toPlain(document))
  if (!file.success) throw unreadable('yaml-no-clusters')
  const rows = Array.isArray(file.data) ? file.data : file.data.clusters
  return rows.map((row, index) => ({ number: index + 1, input: withFiles(row, files) }))
}

function toPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasesMax })
  } catch {
    throw unreadable('yaml-too-many-aliases')
  }
}

/** What is no object is handed on as one without a name, and refused as a row of its own. */
function withFiles(row: unknown, files: AttachedFiles): Record<string, unknown> {
  const fields = rowShape.safeParse(row)
  if (!fields.success) return {}
  const tls = rowShape.safeParse(fields.data.tls)
  return tls.success ? { ...fields.data, tls: withPem(tls.data, files) } : fields.data
}

function withPem(tls: Record<string, unknown>, files: AttachedFiles): Record<string, unknown> {
  const named = pemFields.flatMap(([file, text]) => {
    const path = tls[file]
    return typeof path === 'string' ? [[text, pemOf(files, path)]] : []
  })
  const rest = Object.entries(tls).filter(([field]) => !pemFields.some(([file]) => file === field))
  return compact(Object.fromEntries([...rest, ...named]))
}
