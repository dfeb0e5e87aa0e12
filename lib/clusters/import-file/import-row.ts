import type { RowProblem } from '#lib/contracts/cluster-imports.ts'
import { AppError } from '#lib/errors.ts'

/** One cluster of a file: `input` in the shape the API takes, not judged yet. */
export interface ImportRow {
  /** Where it stands in the file, from 1: its line in CSV and environment files, its place in a YAML list. */
  number: number
  input: Record<string, unknown>
  /** Why nothing can be made of this row; the others are read all the same. */
  problem?: RowProblem
}

/** Files that came with the list, by the name the rows call them. */
export type AttachedFiles = ReadonlyMap<string, string>

/** A fault of one row that shows as soon as it is read. */
export function rowProblem(code: string, params: RowProblem['params'], path = ''): RowProblem {
  return { kind: 'field', path, code, params }
}

/**
 * The text of an attached file, looked for by its whole path and then by its last part, where one file alone has that.
 * Undefined where nothing of that name came along: the row is then refused, not the file.
 */
function findAttached(files: AttachedFiles, path: string): string | undefined {
  const whole = files.get(path)
  if (whole !== undefined) return whole
  const alike = [...files].filter(([name]) => lastPart(name) === lastPart(path))
  return alike.length === 1 ? alike[0]?.[1] : undefined
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const pemFields = ['caPem', 'clientCertPem', 'clientKeyPem']
const fileNameMax = 300

/** The first certificate or key of a row that names a file which did not come along. */
export function missingFile({ tls }: Record<string, unknown>): RowProblem | undefined {
  if (typeof tls !== 'object' || tls === null) return undefined
  const missing = Object.entries(tls).find(([field, value]) => pemFields.includes(field) && isFileName(value))
  return missing && rowProblem('file-not-attached', { name: String(missing[1]) }, `tls.${missing[0]}`)
}

function isFileName(value: unknown): boolean {
  return typeof value === 'string' && /^[^\p{Cc}]+\.(?:pem|crt|cer|key)$/iu.test(value) && value.length <= fileNameMax
}

/**
 * A file nothing can be made of. `reason` is a key of the messages' namespace `validation`; `line` 0 where no line is to blame.
 */
export function unreadable(reason: string, { line = 0, name = '' }: { line?: number; name?: string } = {}): AppError {
  return new AppError('import-file-unreadable', `The import file cannot be read: ${reason}, line ${line}`, {
    details: { issues: [{ path: 'text', code: reason, params: { line, name } }] },
  })
}

/** `undefined` leaves a field out, so that it is absent and not empty. */
export function compact(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** An object only where one of its fields is given. */
export function compactOrAbsent(fields: Record<string, unknown>): Record<string, unknown> | undefined {
  const left = compact(fields)
  return Object.keys(left).length > 0 ? left : undefined
}

/** A certificate given as text, or as the name of an attached file; a name nothing came along for stays as it is and is refused. */
export function pemOf(files: AttachedFiles, value: string | undefined): string | undefined {
  if (value === undefined || value.includes('-----BEGIN')) return value
  return findAttached(files, value) ?? value
}
