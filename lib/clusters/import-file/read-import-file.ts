import type { ImportFormat } from '#lib/contracts/cluster-imports.ts'
import { rowsMax } from '#lib/contracts/cluster-imports.ts'
import { readCsv } from './csv-rows.ts'
import { readEnvironment } from './env-rows.ts'
import type { AttachedFiles, ImportRow } from './import-row.ts'
import { missingFile, unreadable } from './import-row.ts'
import { refuseTooLargeRows } from './rows-size.ts'
import { readYaml } from './yaml-rows.ts'

const readers: Record<ImportFormat, (text: string, files: AttachedFiles) => ImportRow[]> = {
  csv: readCsv,
  yaml: readYaml,
  env: readEnvironment,
}

/**
 * The clusters of a file, in its order. What is wrong with one row is for whoever judges rows; only what keeps the file from
 * being read at all fails here. What others sent may take long to read and much memory: a process that has other things to
 * do calls `readImportFileApart`.
 *
 * @throws AppError `import-file-unreadable` with reason and line; also for an empty file, one of more than 1,000 rows, and
 *   rows that hold too much
 */
export function readImportFile(format: ImportFormat, text: string, files: AttachedFiles = new Map()): ImportRow[] {
  const rows = readers[format](text, files)
  if (rows.length === 0) throw unreadable('file-empty')
  if (rows.length > rowsMax) throw unreadable('file-too-many-rows')
  refuseTooLargeRows(rows)
  return rows.map((row) => {
    const problem = row.problem ?? missingFile(row.input)
    return problem ? { ...row, problem } : row
  })
}
