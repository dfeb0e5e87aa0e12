/**
 * Every table stands in exactly one of these lists. Tenant tables carry `tenantId` first in their keys and both walls
 * (forced row-level security, composite foreign keys); the architecture tests compare the lists with Postgres' catalogue.
 */
export const tenantTables = [
  'address_grant',
  'api_key',
  'audit_event',
  'audit_head',
  'backup',
  'backup_plan',
  'backup_settings',
  'cluster',
  'cluster_credential',
  'cluster_facts',
  'cluster_import',
  'cluster_import_row',
  'cluster_member',
  'collection_state',
  'drill',
  'event',
  'event_head',
  'finding',
  'idempotency_key',
  'invitation',
  'job',
  'membership',
  'outbox',
  'sample_1h',
  'sample_5m',
  'sample_raw',
  'schedule',
  'storage_orphan',
  'storage_target',
  'stream_lease',
  'tenant_key',
  'watch_settings',
] as const

/** Tables of people and of the installation. `tenant` and `user` have row-level security of their own shape. */
export const globalTables = [
  'credential',
  'login_throttle',
  'oidc_identity',
  'password_reset',
  'sample_rollup',
  'session',
  'tenant',
  'user',
] as const

export type TenantTable = (typeof tenantTables)[number]
