import type { ImportRow } from '#lib/clusters/import-file/import-row.ts'
import { readImportFileApart } from '#lib/clusters/import-file/read-import-file-apart.ts'
import type { ClusterImportView, RowProblem, RowState, StartImport } from '#lib/contracts/cluster-imports.ts'
import type { Db } from '#lib/db/pools.ts'
import { newId } from '#lib/ids.ts'
import { enqueue } from '#lib/jobs/enqueue.ts'
import { mutate } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import { checkQuota } from '#lib/services/usage/check-quota.ts'
import type { TenantContext } from '#lib/tenancy/context.ts'
import { getImportRecord, isOpen, sealRow, showImport } from './import-rows.ts'

const nameLengthMax = 80
const nameSourceMax = 1_000
const rowsAtOnce = 50

/**
 * Takes a list of clusters and has every row looked at. Nothing is brought in before somebody says so with `runImport`.
 *
 * @throws AppError `import-file-unreadable` with line and reason, `quota-exceeded`, `rate-limited`
 */
export async function startImport(
  ctx: TenantContext,
  { format, fileName, text, files }: StartImport,
): Promise<ClusterImportView> {
  const { tenantId, actor, quotas } = ctx
  const rows = await readImportFileApart(tenantId, { format, text, files })
  const importId = newId()
  const label = fileName || format
  return await mutate(ctx, async (db) => {
    await lockTeam(db, tenantId)
    checkQuota(quotas, 'cluster-imports', await db.clusterImport.count({ where: { tenantId, ...isOpen } }))
    await db.clusterImport.create({
      data: { tenantId, id: importId, format, fileName, rowsTotal: rows.length, createdBy: actor.label },
    })
    await storeRows(db, { tenantId, importId }, rows)
    const subject = { kind: 'cluster-import', id: importId, label }
    await enqueue(db, ctx, { kind: 'check-cluster-import', payload: { importId }, subject })
    return {
      result: showImport(await getImportRecord(db, tenantId, importId), { waiting: rows.length }),
      action: 'cluster-import.started',
      target: subject,
      diff: { rows: [null, rows.length] },
      event: { kind: 'cluster-import.changed', payload: { importId } },
    }
  })
}

interface SealedRow extends Place {
  number: number
  name: string
  sealed: string | null
  state?: RowState
  problems?: RowProblem[]
}

const repeated: RowProblem = { kind: 'field', path: 'name', code: 'name-repeated', params: {} }

interface Place {
  tenantId: string
  importId: string
}

/** Some at a time: sealing a thousand rows at once, and then writing them, would each hold up all other requests. */
async function storeRows(db: Db, place: Place, rows: readonly ImportRow[]): Promise<void> {
  const names = new Set<string>()
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const data = await sealAll(db, { ...place, names }, rows.slice(at, at + rowsAtOnce))
    await db.clusterImportRow.createMany({ data })
  }
}

/**
 * What could not be read of a row refuses it. So does a name that stands in the file twice, the second time: which of the two
 * is meant nobody can tell.
 */
async function sealAll(
  db: Db,
  { names, ...place }: Place & { names: Set<string> },
  rows: readonly ImportRow[],
): Promise<SealedRow[]> {
  const sealed: SealedRow[] = []
  for (const { number, input, problem: asRead } of rows) {
    const name = nameOf(input)
    const problem = asRead ?? (name !== '' && names.has(name) ? repeated : undefined)
    names.add(name)
    sealed.push({
      ...place,
      number,
      name,
      sealed: problem ? null : await sealRow(db, { ...place, number }, input),
      ...(problem ? { state: 'refused', problems: [problem] } : {}),
    })
  }
  return sealed
}

/** In the clear: where somebody has put an address into the field of the name, without the user and the password in it. */
function nameOf({ name }: Record<string, unknown>): string {
  if (typeof name !== 'string') return ''
  return name
    .slice(0, nameSourceMax)
    .replace(/\p{Cc}/gu, ' ')
    .replace(/:\/\/.*@/g, '://')
    .slice(0, nameLengthMax)
    .toWellFormed()
}
