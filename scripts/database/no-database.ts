import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils'

/**
 * Stands where the engine wants a database, for work that needs none: it answers the one question the engine asks at its
 * start (schema there? which version?), so that two schema files can be compared on a machine without any server.
 */
export const noDatabase: SqlMigrationAwareDriverAdapterFactory = {
  provider: 'postgres',
  adapterName: 'no-database',
  connect: () => Promise.resolve(adapter()),
  connectToShadowDb: () => Promise.resolve(adapter()),
}

function adapter(): SqlDriverAdapter {
  const refuse = () => Promise.reject(new Error('there is no database here'))
  return {
    provider: 'postgres',
    adapterName: 'no-database',
    queryRaw: () =>
      Promise.resolve({
        columnNames: ['exists', 'version', 'numeric_version'],
        columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
        rows: [[true, 'PostgreSQL 18.0', 180_000]],
      }),
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: () => Promise.resolve(),
  }
}
