import { rowsSizeMax } from '#lib/contracts/cluster-imports.ts'
import type { ImportRow } from './import-row.ts'
import { unreadable } from './import-row.ts'

/** What a value takes besides its characters. */
const valueSize = 32

/**
 * Refuses rows that hold too much. Each row gets its own copy of the certificates it names, and an alias of YAML is written
 * out wherever it stands: a small file may make rows of any size.
 *
 * @throws AppError `import-file-unreadable`
 */
export function refuseTooLargeRows(rows: readonly ImportRow[]): void {
  let size = 0
  const add = (value: unknown) => {
    size += valueSize + (typeof value === 'string' ? value.length : 0)
    if (size > rowsSizeMax) throw unreadable('file-rows-too-large')
    if (typeof value !== 'object' || value === null) return
    for (const [key, entry] of Object.entries(value)) {
      size += key.length
      add(entry)
    }
  }
  for (const { input } of rows) add(input)
}
