import { CsvError, parse } from 'csv-parse/sync'
import { rowsMax } from '#lib/contracts/cluster-imports.ts'
import type { AttachedFiles, ImportRow } from './import-row.ts'
import { compact, compactOrAbsent, pemOf, rowProblem, unreadable } from './import-row.ts'

/** The columns of a CSV list; every file names those it uses in its first line, in any order. */
const csvColumns = [
  'name',
  'description',
  'labels',
  'network',
  'endpoints',
  'ca',
  'client_cert',
  'client_key',
  'server_name',
  'reader_username',
  'reader_password',
  'root_username',
  'root_password',
  'address_map',
  'protected',
] as const
type Column = (typeof csvColumns)[number]
type Cells = { [C in Column]?: string }

/**
 * Rows of a CSV list. Several values stand in one cell with spaces or semicolons between: endpoints, `env=prod;region=eu`,
 * `10.0.0.1:2379=203.0.113.7:12379`. Certificates are text in quotes or names of attached files.
 *
 * @throws AppError `import-file-unreadable` with line and reason
 */
export function readCsv(text: string, files: AttachedFiles): ImportRow[] {
  const [heading, ...lines] = parseCsv(text)
  if (!heading) return []
  const columns = checkHeader(heading.record)
  return lines.map(({ record, info: { lines: line } }) => {
    const input = inputOf(cellsOf(columns, record), files)
    if (record.length === columns.length) return { number: line, input }
    // Which of the cells is which nobody can tell, but the name stands where it can be told.
    return {
      number: line,
      input: compact({ name: input.name }),
      problem: rowProblem('csv-wrong-number-of-cells', { line }),
    }
  })
}

interface Parsed {
  record: string[]
  info: { lines: number }
}

function parseCsv(text: string): Parsed[] {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      to: rowsMax + 2,
      trim: true,
      delimiter: delimiterOf(text),
    })
    // With `info`, which its types do not know.
    return parsed as Parsed[]
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? { line: error.lines } : {}
    throw unreadable(csvReasons[error.code] ?? 'csv-malformed', line)
  }
}

/** What stands between the names of the first line: spreadsheets write commas, semicolons or tabs, by country. */
function delimiterOf(text: string): string {
  const [heading = ''] = text.split('\n', 1)
  return [',', ';', '\t'].find((mark) => heading.includes(mark)) ?? ','
}

const csvReasons: Record<string, string> = {
  CSV_QUOTE_NOT_CLOSED: 'csv-quote-not-closed',
  CSV_INVALID_CLOSING_QUOTE: 'csv-quote-not-closed',
}

function checkHeader(names: string[]): string[] {
  const known = names.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  )
  const isColumn = (name: string) => csvColumns.some((column) => column === name)
  // Without a heading the first line is a cluster, with its passwords: nothing of it is repeated.
  if (!known.some(isColumn)) throw unreadable('csv-no-heading', { line: 1 })
  const at = known.findIndex((name) => !isColumn(name))
  if (at >= 0) throw unreadable('csv-unknown-column', { line: 1, name: shownName(known[at] ?? '', at + 1) })
  const missing = (['name', 'endpoints'] as const).find((column) => !known.includes(column))
  if (missing) throw unreadable('csv-missing-column', { line: 1, name: missing })
  return known
}

/** What is no name of a column, in any language, is only pointed at. */
function shownName(name: string, position: number): string {
  return /^\p{L}[\p{L}\p{N}_]{0,39}$/u.test(name) ? name : `#${position}`
}

function cellsOf(columns: readonly string[], record: readonly string[]): Cells {
  const cells = columns.map((column, index) => [column, record[index] ?? ''] as const)
  return Object.fromEntries(cells.filter(([, value]) => value !== ''))
}

function inputOf(cells: Cells, files: AttachedFiles): Record<string, unknown> {
  return compact({
    name: cells.name,
    description: cells.description,
    labels: pairsOf(cells.labels),
    network: cells.network,
    endpoints: listOf(cells.endpoints),
    tls: compactOrAbsent({
      caPem: pemOf(files, cells.ca),
      clientCertPem: pemOf(files, cells.client_cert),
      clientKeyPem: pemOf(files, cells.client_key),
      serverName: cells.server_name,
    }),
    reader: compactOrAbsent({ username: cells.reader_username, password: cells.reader_password }),
    root: compactOrAbsent({ username: cells.root_username, password: cells.root_password }),
    addressMap: pairsOf(cells.address_map),
    isProtected: flagOf(cells.protected),
  })
}

function listOf(cell: string | undefined): string[] | undefined {
  return cell?.split(/[\s;|]+/).filter((part) => part !== '')
}

function pairsOf(cell: string | undefined): Record<string, string> | undefined {
  const pairs = listOf(cell)?.map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)]
  })
  return pairs && Object.fromEntries(pairs)
}

/** What is neither stays text, and is refused with the row. */
function flagOf(cell: string | undefined): unknown {
  const word = cell?.toLowerCase()
  if (word === undefined) return undefined
  if (['true', 'yes', '1'].includes(word)) return true
  return ['false', 'no', '0'].includes(word) ? false : cell
}
