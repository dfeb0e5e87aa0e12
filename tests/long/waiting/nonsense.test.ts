import { afterAll, beforeAll } from 'vitest'
import { closePools } from '#lib/db/pools.ts'
import { closeWorlds } from '#tests/support/isolation-world.ts'
import { backupFolders } from '#tests/support/kept-backups.ts'
import { describeNonsense } from '#tests/support/nonsense.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'
import { openWorkplace } from '#tests/support/work-team.ts'

let app: RunningApp
beforeAll(async () => {
  const { database, env } = await openWorkplace(backupFolders())
  const { REDIS_URL: redisUrl = '', NEXTAUTH_SECRET = '', ROOT_KEYS = '', BACKUP_DIRECTORY = '' } = env
  app = await startApp({
    databaseUrls: database.urls,
    redisUrl,
    env: { NEXTAUTH_SECRET, ROOT_KEYS, BACKUP_DIRECTORY, TRUST_PROXY_HOPS: '1' },
    withWorker: false,
  })
})
afterAll(async () => {
  await app?.stop()
  await closeWorlds()
  await closePools()
})

describeNonsense(() => app.url, 25)
