import type { Db } from '#lib/db/pools.ts'
import { Secret } from '#lib/secret.ts'
import { openTenantSecret, sealTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import type { TargetRow } from './target-rows.ts'

interface Place {
  tenantId: string
  id: string
  secretVersion: number
}

/** Seals a secret key for its own place, under a version of its own: an older value put back does not open. */
export function sealTargetSecret(db: Db, place: Place, secretAccessKey: string): Promise<string> {
  return sealTenantSecret(db, secretAccessKey, placeOf(place))
}

/** For the moment in which a store is opened. @throws AppError `secret-unreadable` */
export async function openTargetSecret(db: Db, row: TargetRow): Promise<Secret<string> | undefined> {
  return row.sealed === null ? undefined : new Secret(await openTenantSecret(db, row.sealed, placeOf(row)))
}

function placeOf({ tenantId, id, secretVersion }: Place) {
  return { tenantId, table: 'storage_target', row: id, column: 'sealed', version: secretVersion }
}
