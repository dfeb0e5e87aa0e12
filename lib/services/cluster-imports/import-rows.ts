import { z } from 'zod'
import type { ClusterImportView, ImportRowView, RowState } from '#lib/contracts/cluster-imports.ts'
import { importFormats, importStates, rowProblem, rowStates } from '#lib/contracts/cluster-imports.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { openTenantSecret, sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'

export type ImportRecord = Awaited<ReturnType<typeof getImportRecord>>
type Counts = Partial<Record<RowState, number>>

const format = z.enum(importFormats)
const importState = z.enum(importStates)
const rowState = z.enum(rowStates)
const problems = z.array(rowProblem)
const rowInput = z.record(z.string(), z.unknown())

/** Imports that still hold their rows: checking, importing, or waiting for somebody to go on. */
export const isOpen = { finishedAt: null }

interface RowPlace {
  tenantId: string
  importId: string
  number: number
}

/** @throws AppError `not-found` for an id that is unknown, or another team's */
export async function getImportRecord(db: Db, tenantId: string, importId: string) {
  const record = await db.clusterImport.findUnique({ where: { tenantId_id: { tenantId, id: importId } } })
  if (!record) throw new AppError('not-found', `Team ${tenantId} has no import ${importId}`)
  return record
}

/** The same, with nobody else changing its state until the transaction ends. */
export async function lockImport(db: Db, tenantId: string, importId: string): Promise<ImportRecord> {
  await db.$queryRaw`
    SELECT 1 FROM cluster_import WHERE "tenantId" = ${tenantId}::uuid AND "id" = ${importId}::uuid FOR UPDATE`
  return await getImportRecord(db, tenantId, importId)
}

export async function countRows(db: Db, tenantId: string, importIds: readonly string[]): Promise<Map<string, Counts>> {
  const groups = await db.clusterImportRow.groupBy({
    by: ['importId', 'state'],
    where: { tenantId, importId: { in: [...importIds] } },
    _count: true,
  })
  const counts = new Map<string, Counts>()
  for (const { importId, state, _count } of groups) {
    counts.set(importId, { ...counts.get(importId), [rowState.parse(state)]: _count })
  }
  return counts
}

export function showImport(record: ImportRecord, counts: Counts = {}): ClusterImportView {
  const { id, fileName, rowsTotal, createdBy } = record
  return {
    id,
    format: format.parse(record.format),
    fileName,
    state: importState.parse(record.state),
    rowsTotal,
    counts,
    createdAt: record.createdAt.toISOString(),
    createdBy,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  }
}

interface RowRecord {
  number: number
  name: string
  state: string
  problems: unknown
  clusterId: string | null
  finishedAt: Date | null
}

export function showRow(record: RowRecord): ImportRowView {
  const { number, name, clusterId } = record
  return {
    number,
    name,
    state: rowState.parse(record.state),
    problems: problems.parse(record.problems),
    clusterId,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  }
}

/** A row as it was given, sealed for its own place: it may hold passwords and keys. */
export function sealRow(db: Db, place: RowPlace, input: Record<string, unknown>): Promise<string> {
  return sealTenantSecret(db, JSON.stringify(input), sealedPlace(place))
}

export async function openRow(db: Db, place: RowPlace, sealed: string): Promise<Record<string, unknown>> {
  return rowInput.parse(JSON.parse(await openTenantSecret(db, sealed, sealedPlace(place))))
}

function sealedPlace({ tenantId, importId, number }: RowPlace) {
  return { tenantId, table: 'cluster_import_row', row: `${importId} ${number}`, column: 'sealed' }
}
