import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { config } from '#lib/config.ts'
import { checkLogins } from '#lib/db/check-logins.ts'
import { log } from '#lib/log.ts'
import { watchForProxy } from './proxy-watch.ts'
import { cleanHeaders, turnAway } from './web-door.ts'

// The web process: Next behind a server of our own, because only the socket knows who is really calling.

const requestTimeoutMs = 60_000
const headersTimeoutMs = 15_000
const drainMs = 5_000

async function serve(): Promise<void> {
  const { values } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, host: { type: 'string', default: '127.0.0.1' } },
  })
  const { port, publicUrl, trustProxyHops } = config()
  await checkLogins()
  const app = next({ dev: values.dev, dir: process.cwd(), hostname: values.host, port })
  await app.prepare()
  const handle = app.getRequestHandler()
  const lookForProxy = watchForProxy(trustProxyHops, (message) => log().warn(message))
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs },
    (request, response) => {
      cleanHeaders(request)
      lookForProxy(request)
      if (turnAway(request, response, publicUrl)) return
      handle(request, response).catch((error: unknown) => {
        log().error({ err: error }, 'a request was not answered')
        response.destroy()
      })
    },
  )
  const upgrade = app.getUpgradeHandler()
  server.on('upgrade', (request, socket, head) => {
    if (!values.dev) return socket.destroy()
    upgrade(request, socket, head).catch(() => socket.destroy())
  })
  server.listen(port, values.host, () => log().info({ port, host: values.host }, 'web ready'))

  const stop = () => {
    setTimeout(() => server.closeAllConnections(), drainMs).unref()
    server.close(() => process.exit(0))
    server.closeIdleConnections()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

if (import.meta.main) {
  serve().catch((error: unknown) => {
    log().fatal({ err: error }, 'the web process cannot start')
    process.exit(1)
  })
}
