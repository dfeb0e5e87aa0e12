import { closePools } from '#lib/db/pools.ts'
import { verifyAuditChain } from '#lib/services/audit/verify-audit-chain.ts'
import { appEnvironment } from '#scripts/app/app-environment.ts'
import { generateSecrets } from '#scripts/secrets.ts'
import { withPostgres } from '#scripts/servers/postgres-client.ts'
import { print } from '#scripts/steps.ts'
import { seedAuditChain } from '#tests/support/audit-seed.ts'
import { createDatabaseOn, startTestServers } from '#tests/support/servers.ts'
import { createTeam } from '#tests/support/work-team.ts'

// How fast a chain is verified, beside how fast the bare rows can be read at all.

const rowCount = 200_000
const rowsPerSecondMin = 50_000

const servers = await startTestServers()
try {
  const database = await createDatabaseOn(servers.info)
  const env = appEnvironment({ databaseUrls: database.urls, redisUrl: servers.info.redisUrl }, generateSecrets())
  Object.assign(process.env, env, { PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'error' })
  const team = await createTeam()
  await seedAuditChain(database, { team, count: rowCount })
  const readSeconds = await measure(() => readRows(database.adminUrl, team.tenantId))
  const verifySeconds = await measure(() => verifyAuditChain(team.tenantId))
  const rate = Math.round(rowCount / verifySeconds)
  print(`verify ${rowCount} events   ${verifySeconds.toFixed(2)} s   ${rate} rows/s`)
  print(`read them without judging   ${readSeconds.toFixed(2)} s`)
  print(`bench audit verify_rate ${rate} rows/s`)
  print(`bench audit verify_ratio_to_read ${(verifySeconds / readSeconds).toFixed(2)} x`)
  if (rate < rowsPerSecondMin) print(`below the promised ${rowsPerSecondMin} rows/s`)
} finally {
  await closePools()
  await servers.stop()
}

/** Seconds the faster of two runs takes. */
async function measure(work: () => Promise<unknown>): Promise<number> {
  const seconds: number[] = []
  for (let run = 0; run < 2; run += 1) {
    const startedAt = performance.now()
    await work()
    seconds.push((performance.now() - startedAt) / 1000)
  }
  return Math.min(...seconds)
}

async function readRows(url: string, tenantId: string): Promise<void> {
  await withPostgres(url, async (client) => {
    for (let after = 0; after < rowCount; after += 5_000) {
      await client.query(
        'SELECT * FROM audit_event WHERE "tenantId" = $1 AND "seq" > $2 AND "seq" <= $2 + 5000 ORDER BY "seq"',
        [tenantId, after],
      )
    }
  })
}
