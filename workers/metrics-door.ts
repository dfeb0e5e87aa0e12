import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { config } from '#lib/config.ts'
import { log } from '#lib/log.ts'
import { metricsContentType, renderMetrics } from '#lib/metrics.ts'
import { isSameText } from '#lib/same-text.ts'

/**
 * Answers /metrics and /healthz of this worker on `WORKER_METRICS_PORT`; undefined when none is set. With METRICS_TOKEN it
 * listens to everybody and asks for the token, without it only to this machine. Throws when the port is taken.
 */
export async function openMetricsDoor(): Promise<AsyncDisposable | undefined> {
  const { workerMetricsPort, metricsToken } = config()
  if (workerMetricsPort === undefined) return undefined
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log().warn({ err: error }, 'the metrics could not be told')
      response.destroy()
    })
  })
  server.listen(workerMetricsPort, metricsToken ? undefined : '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  log().info({ port }, 'worker metrics ready')
  return {
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer({ url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  if (url === '/healthz') return void response.end('ok\n')
  if (url !== '/metrics') return void response.writeHead(404).end()
  if (!isKnown(headers.authorization)) {
    return void response.writeHead(401, { 'www-authenticate': 'Bearer realm="kstone-metrics"' }).end()
  }
  response.writeHead(200, { 'content-type': metricsContentType }).end(await renderMetrics())
}

function isKnown(authorization = ''): boolean {
  const { metricsToken } = config()
  return metricsToken === undefined || isSameText(authorization, `Bearer ${metricsToken.reveal()}`)
}
