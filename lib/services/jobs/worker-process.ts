import { config } from '#lib/config.ts'
import { checkLogins } from '#lib/db/check-logins.ts'
import { closePools } from '#lib/db/pools.ts'
import { checkRedisPolicy } from '#lib/queue/check-redis.ts'
import { closeCollectionQueues } from '#lib/queue/collections.ts'
import { closeSharedRedis, untilRedisIsReady } from '#lib/queue/connections.ts'
import { closeQueues } from '#lib/queue/publish-jobs.ts'
import { flushAnnouncedEvents } from '#lib/tenancy/events.ts'
import { secondMs } from '#lib/time.ts'
import { flushAnnouncedWork } from './announce-work.ts'
import { flushJobNews } from './job-news.ts'

/** Redis may come up a little after its workers. */
const redisWaitMs = 30 * secondMs

/**
 * What must hold before a worker takes work: the configuration is whole, the database logins cannot walk through the walls,
 * Redis keeps what it is given. Throws an Error that says what to mend.
 */
export async function openWorkerProcess(): Promise<void> {
  config()
  await checkLogins()
  await untilRedisIsReady(redisWaitMs)
  await checkRedisPolicy()
}

/** Says what is left to say and lets go of every connection, so that the process can end by itself. */
export async function closeWorkerProcess(): Promise<void> {
  await flushJobNews()
  await flushAnnouncedEvents()
  await flushAnnouncedWork()
  await Promise.all([closeQueues(), closeCollectionQueues()])
  closeSharedRedis()
  await closePools()
}
