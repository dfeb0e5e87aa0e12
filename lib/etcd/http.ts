import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { cleanLine } from '#lib/foreign-text.ts'
import type { HttpAnswer } from '#lib/net/http-get.ts'
import { httpGet } from '#lib/net/http-get.ts'
import type { Caller } from './caller.ts'
import type { EtcdEndpoint } from './connection.ts'
import { formatEndpoint } from './connection.ts'
import type { CallOptions } from './deadline.ts'
import { deadlineOf } from './deadline.ts'
import { cleanVersion } from './own-methods.ts'

/** etcd 3.4 has 150 KB of metrics, a busy 3.6 not twice that; what is longer is something else. */
const metricsMaxBytes = 8 * 1024 * 1024
const smallMaxBytes = 64 * 1024
const reasonLengthMax = 300

const versionAnswer = z.object({
  etcdserver: z.string().transform(cleanVersion),
  etcdcluster: z.string().transform(cleanVersion),
})
const healthAnswer = z.object({ health: z.union([z.string(), z.boolean()]), reason: z.string().optional() })

export interface EtcdVersion {
  readonly server: string
  /** What the whole cluster speaks; `not_decided` before it has a leader. */
  readonly cluster: string
}

export interface EtcdHealth {
  readonly isHealthy: boolean
  /** From 3.5; why not, in etcd's words. */
  readonly reason: string | undefined
}

/** What etcd tells over plain HTTP, on the same address as gRPC unless it was set up otherwise. It asks for no user there. */
export function httpCalls(caller: Caller) {
  const get = async (
    endpoint: EtcdEndpoint,
    question: { path: string; maxBytes: number; isHeadEnough?: boolean },
    options: CallOptions,
  ): Promise<HttpAnswer> => {
    const { tls } = caller.access
    using deadline = deadlineOf(options)
    return await httpGet(endpoint.destination, {
      ...caller.access.door,
      ...question,
      signal: deadline.signal,
      ...(endpoint.scheme === 'https' && {
        tls: {
          ca: tls?.caPem,
          cert: tls?.clientCertPem,
          key: tls?.clientKeyPem?.reveal(),
          serverName: tls?.serverName,
        },
      }),
    })
  }

  return {
    /**
     * The metrics of one member in Prometheus' text form.
     *
     * @throws AppError `etcd-not-etcd` when something else answers there, and what `httpGet` throws
     */
    metrics: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<string> => {
      const { status, body } = await get(endpoint, { path: '/metrics', maxBytes: metricsMaxBytes }, options)
      if (status !== 200) throw notEtcd(endpoint, '/metrics', status)
      return body.toString('utf8')
    },

    /** Whether there are metrics at all, without reading more than their beginning. @throws as `metrics` */
    probeMetrics: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<void> => {
      const question = { path: '/metrics', maxBytes: smallMaxBytes, isHeadEnough: true }
      const { status } = await get(endpoint, question, options)
      if (status !== 200) throw notEtcd(endpoint, '/metrics', status)
    },

    version: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<EtcdVersion> => {
      const { status, body } = await get(endpoint, { path: '/version', maxBytes: smallMaxBytes }, options)
      const parsed = versionAnswer.safeParse(parseJson(body))
      if (!parsed.success) throw notEtcd(endpoint, '/version', status)
      return { server: parsed.data.etcdserver, cluster: parsed.data.etcdcluster }
    },

    /** As a load balancer sees it: unhealthy without a leader or with an alarm. */
    health: async (endpoint: EtcdEndpoint, options: CallOptions = {}): Promise<EtcdHealth> => {
      const { status, body } = await get(endpoint, { path: '/health', maxBytes: smallMaxBytes }, options)
      const parsed = healthAnswer.safeParse(parseJson(body))
      if (!parsed.success) throw notEtcd(endpoint, '/health', status)
      const { health, reason = '' } = parsed.data
      return { isHealthy: String(health) === 'true', reason: cleanLine(reason, reasonLengthMax) || undefined }
    },
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function notEtcd(endpoint: EtcdEndpoint, path: string, status: number): AppError {
  const where = formatEndpoint(endpoint)
  return new AppError('etcd-not-etcd', `${where}${path} answers ${status}, not as an etcd does`, {
    details: { endpoint: where, path, status },
  })
}
