import { isScalar, Lexer, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import type { AppError } from '#lib/errors.ts'
import type { AttachedFiles, ImportRow } from './import-row.ts'
import { compact, pemOf, unreadable } from './import-row.ts'

/** Aliases may multiply a small file into a huge one; no list of clusters needs many. */
const aliasesMax = 100

/** Values, marks, spaces and line breaks: 400 for each of 1,000 clusters, which need 200 with every field there is. */
const partsMax = 400_000

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
  refuseTooManyParts(text)
  // The library compares every key of a map with every other, and quotes the text around each of its errors: both are
  // quadratic. Its warnings go to the output of the process, and hold what the list says.
  const document = parseDocument(text, { uniqueKeys: false, prettyErrors: false, logLevel: 'error' })
  const [problem] = document.errors
  if (problem) throw malformedAt(text, problem.pos[0])
  refuseRepeatedKeys(document, text)
  const file = fileShape.safeParse(toPlain(document))
  if (!file.success) throw unreadable('yaml-no-clusters')
  const rows = Array.isArray(file.data) ? file.data : file.data.clusters
  return rows.map((row, index) => ({ number: index + 1, input: withFiles(row, files) }))
}

/** A part takes up to a kilobyte once it is parsed, and finding what an alias means is quadratic; telling parts apart costs nothing. */
function refuseTooManyParts(text: string): void {
  let count = 0
  let aliases = 0
  for (const part of new Lexer().lex(text)) {
    count += 1
    if (part.startsWith('*')) aliases += 1
    if (count > partsMax) throw unreadable('yaml-too-many-parts')
    if (aliases > aliasesMax) throw unreadable('yaml-too-many-aliases')
  }
}

type Document = ReturnType<typeof parseDocument>

function refuseRepeatedKeys(document: Document, text: string): void {
  visit(document, {
    Map: (_key, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) throw malformedAt(text, key.range?.[0] ?? 0)
        seen.add(key.value)
      }
    },
  })
}

function malformedAt(text: string, offset: number): AppError {
  return unreadable('yaml-malformed', { line: text.slice(0, offset).split('\n').length })
}

function toPlain(document: Document): unknown {
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
  const { endpoints, tls: given } = fields.data
  const tls = rowShape.safeParse(given)
  return {
    ...fields.data,
    // One endpoint is often written as a text, and several as etcdctl takes them.
    ...(typeof endpoints === 'string' ? { endpoints: endpoints.split(/[\s,]+/).filter((one) => one !== '') } : {}),
    ...(tls.success ? { tls: withPem(tls.data, files) } : {}),
  }
}

function withPem(tls: Record<string, unknown>, files: AttachedFiles): Record<string, unknown> {
  const named = pemFields.flatMap(([file, text]) => {
    const path = tls[file]
    return typeof path === 'string' ? [[text, pemOf(files, path)]] : []
  })
  const rest = Object.entries(tls).filter(([field]) => !pemFields.some(([file]) => file === field))
  return compact(Object.fromEntries([...rest, ...named]))
}
