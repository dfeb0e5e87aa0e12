import pg from 'pg'
import { config } from '#lib/config.ts'
import { log } from '#lib/log.ts'

const reconnectDelayMs = 1_000

export interface Listener {
  close(): Promise<void>
}

/**
 * Keeps one connection that LISTENs on `channel`, reconnecting every second while Postgres is away. `onMessage` gets each
 * payload; `onReconnect` is called after each successful connect, when notifications may have been missed.
 */
export function listen(channel: string, onMessage: (payload: string) => void, onReconnect: () => void): Listener {
  let closed = false
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  const retry = () => {
    client = undefined
    if (closed || timer) return
    timer = setTimeout(() => {
      timer = undefined
      connect().catch(() => undefined)
    }, reconnectDelayMs)
  }

  const connect = async () => {
    const next = new pg.Client({
      connectionString: config().databaseUrl.app.reveal(),
      application_name: 'kstone-listen',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    })
    next.on('error', retry)
    next.on('end', retry)
    next.on('notification', ({ payload }) => onMessage(payload ?? ''))
    try {
      await next.connect()
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
      client = next
      onReconnect()
    } catch (error) {
      log().warn({ channel, err: error }, 'cannot listen for database notifications, trying again')
      retry()
    }
  }

  connect().catch(() => undefined)
  return {
    async close() {
      closed = true
      clearTimeout(timer)
      await client?.end()
    },
  }
}
