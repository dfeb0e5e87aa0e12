import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { config } from '#lib/config.ts'
import { log } from '#lib/log.ts'

const reconnectDelayMs = 1_000
/** How often the connection is asked whether it is still there: a peer that vanished says nothing by itself. */
const probeEveryMs = 10_000
const answerTimeoutMs = 5_000

export interface Listener {
  close(): Promise<void>
}

/** What to do with the payloads of each channel. */
type ChannelHandlers = Readonly<Record<string, (payload: string) => void>>

/**
 * Keeps one connection that LISTENs on all these channels, connecting again every second while Postgres is away.
 * `onConnect` is called after each successful connect: notifications sent before it were missed.
 */
export function listen(handlers: ChannelHandlers, onConnect: () => void): Listener {
  const closing = new AbortController()
  const done = keepListening(closing.signal, { handlers, onConnect })
  return {
    async close() {
      closing.abort()
      await done
    },
  }
}

interface Wishes {
  handlers: ChannelHandlers
  onConnect: () => void
}

async function keepListening(signal: AbortSignal, wishes: Wishes): Promise<void> {
  while (!signal.aborted) {
    try {
      await listenOnce(signal, wishes)
    } catch (error) {
      if (!signal.aborted) log().warn({ err: error }, 'cannot listen for database notifications, trying again')
    }
    await delay(reconnectDelayMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** Listens until the connection ends, by whatever cause. */
async function listenOnce(signal: AbortSignal, { handlers, onConnect }: Wishes): Promise<void> {
  const client = new pg.Client({
    connectionString: config().databaseUrl.app.reveal(),
    application_name: 'kstone-listen',
    connectionTimeoutMillis: answerTimeoutMs,
    query_timeout: answerTimeoutMs,
  })
  const ended = Promise.withResolvers<void>()
  client.on('error', (error) => ended.reject(error))
  client.on('end', () => ended.resolve())
  client.on('notification', ({ channel, payload }) => handlers[channel]?.(payload ?? ''))
  signal.addEventListener('abort', () => ended.resolve(), { once: true })
  const probe = setInterval(() => client.query('SELECT 1').catch(ended.reject), probeEveryMs).unref()
  try {
    await client.connect()
    for (const channel of Object.keys(handlers)) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
    onConnect()
    await ended.promise
  } finally {
    clearInterval(probe)
    ended.promise.catch(() => undefined)
    // A peer that vanished never confirms the end.
    await Promise.race([client.end().catch(() => undefined), delay(reconnectDelayMs, undefined, { ref: false })])
  }
}
