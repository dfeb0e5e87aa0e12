import { config } from '#lib/config.ts'
import { withSystem } from '#lib/db/system.ts'
import { tenantKeyring } from '#lib/tenancy/tenant-keys.ts'

const rowsPerBatch = 500

export interface Rewrap {
  /** Keys wrapped anew by this run. */
  count: number
  /** Root keys that still wrap something afterwards, with how much: when only the active one is left, others may go. */
  inUse: Record<string, number>
}

interface KeyRow {
  tenantId: string
  version: number
  rootKeyId: string
  wrapped: string
}

/**
 * Wraps every team's data keys anew with the active root key, in short batches while everything goes on: what is sealed with
 * a data key is not touched, and both root keys are accepted meanwhile. Safe to break off, to repeat and to run twice at once.
 *
 * @throws AppError `secret-unreadable` at a key that no root key of this process opens; those before it are done
 */
export async function rewrapTenantKeys(onProgress: (count: number) => void = () => undefined): Promise<Rewrap> {
  const activeId = config().rootKeys[0]?.id ?? ''
  let count = 0
  for (let batch = rowsPerBatch; batch === rowsPerBatch; ) {
    batch = await rewrapBatch(activeId)
    count += batch
    onProgress(count)
  }
  return { count, inUse: await countByRootKey() }
}

function rewrapBatch(activeId: string): Promise<number> {
  return withSystem(async (db) => {
    const rows = await db.$queryRaw<KeyRow[]>`
      SELECT "tenantId", "version", "rootKeyId", "wrapped" FROM tenant_key WHERE "rootKeyId" <> ${activeId}
       ORDER BY "rootKeyId", "tenantId" LIMIT ${rowsPerBatch} FOR UPDATE`
    const keyring = tenantKeyring()
    const fresh = rows.map((row) => ({ tenantId: row.tenantId, ...keyring.rewrap(row.tenantId, row) }))
    await db.$executeRaw`
      UPDATE tenant_key k SET "rootKeyId" = f."rootKeyId", "wrapped" = f."wrapped"
        FROM jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb)
               AS f("tenantId" uuid, "version" int, "rootKeyId" text, "wrapped" text)
       WHERE k."tenantId" = f."tenantId" AND k."version" = f."version"`
    return rows.length
  })
}

async function countByRootKey(): Promise<Record<string, number>> {
  const rows = await withSystem((db) => db.tenantKey.groupBy({ by: ['rootKeyId'], _count: true }))
  return Object.fromEntries(rows.map(({ rootKeyId, _count }) => [rootKeyId, _count]))
}
