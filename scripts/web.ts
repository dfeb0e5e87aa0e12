import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import next from 'next'
import { peerHeader } from '#lib/api/request-context.ts'
import { config } from '#lib/config.ts'
import { checkLogins } from '#lib/db/check-logins.ts'
import { log } from '#lib/log.ts'

// The web process: Next behind a server of our own, because only the socket knows who is really calling.

const requestTimeoutMs = 60_000
const headersTimeoutMs = 15_000
const drainMs = 5_000

/** Headers by which Next talks to itself: from outside they are forgeries (CVE-2025-29927 and its kin). */
const internalHeaders = /^(x-middleware-|x-nextjs-(?!data$)|x-invoke-|x-matched-path$|x-now-route-matches$|x-kstone-)/

/** Leaves nothing in the request that only a server of ours may say, then says who is at the other end. */
export function cleanHeaders(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) {
    if (internalHeaders.test(name)) delete request.headers[name]
  }
  request.headers[peerHeader] = request.socket.remoteAddress?.replace(/^::ffff:/, '') ?? 'unknown'
}

async function serve(): Promise<void> {
  const { values } = parseArgs({
    options: { dev: { type: 'boolean', default: false }, host: { type: 'string', default: '127.0.0.1' } },
  })
  const { port } = config()
  await checkLogins()
  const app = next({ dev: values.dev, dir: process.cwd(), hostname: values.host, port })
  await app.prepare()
  const handle = app.getRequestHandler()
  const server = createServer(
    { requestTimeout: requestTimeoutMs, headersTimeout: headersTimeoutMs },
    (request, response) => {
      cleanHeaders(request)
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
