import type { RedisOptions } from 'ioredis'
import { Redis } from 'ioredis'
import { config } from '#lib/config.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'

// The default backs off to 20 s: after a short outage work would start that much too late.
const retryDelayMs = 500

/**
 * A Redis that hangs must not hang whoever asks it: a command is given up after this, and shortly later the connection,
 * after which everybody is refused at once until a new one has been answered on.
 */
const commandTimeoutMs = 1_000
const silenceMaxMs = 1_500

const shared = processWide<{ redis?: Redis | undefined }>('redis', () => ({}))

type Manners = Pick<
  RedisOptions,
  'maxRetriesPerRequest' | 'enableOfflineQueue' | 'autoResendUnfulfilledCommands' | 'commandTimeout' | 'socketTimeout'
>

function connect(manners: Manners): Redis {
  const redis = new Redis(config().redisUrl.reveal(), {
    ...manners,
    retryStrategy: () => retryDelayMs,
    connectTimeout: 5_000,
  })
  let wasReady = true
  redis.on('error', (error) => {
    if (wasReady) log().warn({ err: error }, 'redis is away, trying again every 500 ms')
    wasReady = false
  })
  redis.on('ready', () => {
    wasReady = true
  })
  return redis
}

/**
 * The connection for limits, counters and publishing jobs: fails within milliseconds while Redis is away, and within a
 * second when it has begun to hang.
 */
export function sharedRedis(): Redis {
  shared.redis ??= connect({
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    // Whoever asked has been refused by then.
    autoResendUnfulfilledCommands: false,
    commandTimeout: commandTimeoutMs,
    socketTimeout: silenceMaxMs,
  })
  return shared.redis
}

/** A connection for a BullMQ worker, which waits for Redis to come back. The caller closes it. */
export function workerRedis(): Redis {
  return connect({ maxRetriesPerRequest: null, enableOfflineQueue: true })
}

/** Ends the shared connection, so that the process can exit. */
export function closeSharedRedis(): void {
  shared.redis?.disconnect()
  shared.redis = undefined
}

/** Whether Redis answers now. */
export async function isRedisReady(): Promise<boolean> {
  return (await sharedRedis().ping()) === 'PONG'
}

/** Waits until Redis can be asked, at most `timeoutMs`. Throws an Error when it cannot by then. */
export async function untilRedisIsReady(timeoutMs: number): Promise<void> {
  const redis = sharedRedis()
  if (redis.status === 'ready') return
  const ready = Promise.withResolvers<void>()
  const timer = setTimeout(
    () => ready.reject(new Error(`REDIS_URL: nobody has answered there for ${timeoutMs / 1000} s`)),
    timeoutMs,
  )
  redis.once('ready', ready.resolve)
  await ready.promise
  clearTimeout(timer)
}
