import type { TenantTable } from '#lib/db/tables.ts'
import { tenantTables } from '#lib/db/tables.ts'

/** Tables of which an export holds nothing, each with the reason. Every other tenant table is exported, also a later one. */
export const notExported: Partial<Record<TenantTable, string>> = {
  tenant_key: "the team's keys, wrapped with a key of this installation: useless elsewhere, and secret here",
  idempotency_key: 'sealed answers to repeated requests, kept for a day',
  sample_raw: 'measurements of the last two days; the API reads them',
  sample_5m: 'measurements of the last month; the API reads them',
  sample_1h: 'measurements of the last year; the API reads them',
  outbox: 'work about to be handed to the queue; the jobs themselves are exported',
}

/** Columns that are left out because they hold a secret, or what a secret could be guessed from. */
export const secretColumns: Partial<Record<TenantTable, readonly string[]>> = {
  api_key: ['keyHash'],
  invitation: ['tokenHash', 'tokenSealed'],
  cluster_credential: ['sealed'],
  cluster_import_row: ['sealed'],
  storage_target: ['sealed'],
  backup: ['sealedKey'],
}

export const exportedTables: readonly TenantTable[] = tenantTables.filter((table) => !(table in notExported))
