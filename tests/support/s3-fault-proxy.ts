import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer, request } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Server } from './s3-server.ts'
import type { S3Answer, S3Request } from './s3-server-rules.ts'
import { answerOf, failureAnswer, S3Rules } from './s3-server-rules.ts'

/** What happens to a request, once it matches. */
type Harm =
  /** Answered so, and not passed on. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly code: string
      readonly headers?: Record<string, string>
      readonly fields?: Record<string, string>
    }
  | { readonly kind: 'html'; readonly status: number }
  /** Blanks, for as long as somebody reads. */
  | { readonly kind: 'endless'; readonly status: number }
  /** Never answered; `after` says whether the server has done it. */
  | { readonly kind: 'hang' | 'reset'; readonly after: boolean }
  /** Half of the answer's body, then the connection breaks, or nothing more comes. */
  | { readonly kind: 'reset-mid-body' | 'hang-mid-body' }
  /** Done by the server, and answered with status 200 and a failure in the body. */
  | { readonly kind: 'error-in-200'; readonly code: string; readonly after: boolean }
  /** One byte of what is sent, or of what comes back, is another. */
  | { readonly kind: 'wrong-bytes-stored' | 'wrong-bytes-read' }
  /** Fewer bytes, and a length that says so. */
  | { readonly kind: 'truncated' }
  /** Done, and answered only after so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'lying-etag' }
  /** Done by the server as `status` 200 says, but not done at all. */
  | { readonly kind: 'pretended' }

export interface Fault {
  readonly operation: string | RegExp
  /** The first of the matching requests it happens to, from 1. */
  readonly from?: number
  /** How many of them it happens to; all further ones unless given. */
  readonly times?: number
  readonly harm: Harm
}

export interface S3FaultProxy extends AsyncDisposable {
  readonly port: number
  readonly rules: S3Rules
  /** Everything that was asked, in order: `PutObject a/one`. */
  readonly asked: string[]
  /** Connections it took so far. */
  readonly connections: number
  /** From now on these and no others happen, counted anew. */
  setFaults(...faults: Fault[]): void
}

/** With a key and a certificate it speaks TLS. */
export async function startS3FaultProxy(server: S3Server, tls?: { key: string; cert: string }): Promise<S3FaultProxy> {
  const rules = new S3Rules(server)
  const asked: string[] = []
  let faults: ActiveFault[] = []
  const harmFor = ({ operation }: S3Request) =>
    faults.map((fault) => fault.harmTo(operation)).find((harm) => harm !== undefined)
  const serveOne = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const take = async () => {
      const asking = await rules.read(incoming)
      asked.push(`${asking.operation} ${asking.key}`)
      const harm = harmFor(asking)
      if (harm?.kind === 'endless') await goOn(outgoing, harm.status)
      else await serve({ rules, server, asking, outgoing, harm })
    }
    take().catch(() => outgoing.destroy())
  }
  const proxy = tls ? createSecureServer(tls, serveOne) : createServer(serveOne)
  let connections = 0
  proxy.on('connection', () => {
    connections += 1
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    port,
    rules,
    asked,
    get connections() {
      return connections
    },
    setFaults: (...wanted) => {
      faults = wanted.map((fault) => new ActiveFault(fault))
    },
    [Symbol.asyncDispose]: async () => {
      const closed = once(proxy, 'close')
      proxy.close()
      proxy.closeAllConnections()
      await closed
    },
  }
}

/** A fault, and how many requests it could have happened to. */
class ActiveFault {
  readonly #fault: Fault
  #seen = 0

  constructor(fault: Fault) {
    this.#fault = fault
  }

  harmTo(operation: string): Harm | undefined {
    const { operation: wanted, from = 1, times = Number.POSITIVE_INFINITY, harm } = this.#fault
    if (!(wanted instanceof RegExp ? wanted.test(operation) : wanted === operation)) return
    this.#seen += 1
    return this.#seen >= from && this.#seen < from + times ? harm : undefined
  }
}

interface Serving {
  readonly rules: S3Rules
  readonly server: S3Server
  readonly asking: S3Request
  readonly outgoing: ServerResponse
  readonly harm: Harm | undefined
}

async function serve({ rules, server, asking, outgoing, harm }: Serving): Promise<void> {
  if (harm?.kind === 'answer') return send(outgoing, asking, failureAnswer(harm.status, harm.code, harm))
  if (harm?.kind === 'html')
    return send(outgoing, asking, answerOf(harm.status, '<html>A portal</html>', { 'content-type': 'text/html' }))
  if (harm?.kind === 'hang' && !harm.after) return
  if (harm?.kind === 'reset' && !harm.after) return void outgoing.socket?.resetAndDestroy()
  if (harm?.kind === 'error-in-200' && !harm.after) return send(outgoing, asking, failureAnswer(200, harm.code, {}))
  if (harm?.kind === 'pretended') return send(outgoing, asking, rules.pretend(asking))
  const changed = harm?.kind === 'wrong-bytes-stored' ? { ...asking, body: flipped(asking.body) } : asking
  const answer = await rules.judge(asking, () => passOn(server, changed))
  if (harm?.kind === 'slow') await sleep(harm.ms)
  switch (harm?.kind) {
    case 'hang':
      return
    case 'reset':
      return void outgoing.socket?.resetAndDestroy()
    case 'reset-mid-body':
    case 'hang-mid-body':
      return cut(outgoing, answer, harm.kind === 'reset-mid-body')
    case 'error-in-200':
      return send(outgoing, asking, failureAnswer(200, harm.code, {}))
    default:
      return send(outgoing, asking, spoil(answer, harm))
  }
}

async function goOn(outgoing: ServerResponse, status: number): Promise<void> {
  outgoing.writeHead(status, { 'content-type': 'application/xml' })
  // What answers a HEAD has no body.
  if (outgoing.req.method === 'HEAD') return void outgoing.end()
  const blanks = Buffer.alloc(64 * 1024, ' ')
  while (!outgoing.destroyed) {
    if (!outgoing.write(blanks)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')])
  }
}

function spoil(answer: S3Answer, harm: Harm | undefined): S3Answer {
  if (harm?.kind === 'wrong-bytes-read') return { ...answer, body: flipped(answer.body) }
  if (harm?.kind === 'truncated') return { ...answer, body: answer.body.subarray(0, answer.body.length >> 1) }
  if (harm?.kind !== 'lying-etag') return answer
  const lie = 'f'.repeat(32)
  const etag = answer.headers.etag?.replace(/[0-9a-f]{32}/, lie)
  const body = answer.body.toString('latin1').replace(/(<ETag>\W*)[0-9a-f]{32}/, `$1${lie}`)
  return {
    ...answer,
    headers: etag === undefined ? answer.headers : { ...answer.headers, etag },
    body: Buffer.from(body, 'latin1'),
  }
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const middle = copy.length >> 1
  copy.set([(copy[middle] ?? 0) ^ 1], middle)
  return copy
}

function send(outgoing: ServerResponse, { method }: S3Request, { status, headers, body }: S3Answer): void {
  const length = method === 'HEAD' ? headers['content-length'] : body.length
  outgoing.writeHead(status, { ...headers, ...(length === undefined ? {} : { 'content-length': length }) })
  outgoing.end(method === 'HEAD' ? undefined : body)
}

function cut(outgoing: ServerResponse, { status, headers, body }: S3Answer, isReset: boolean): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.length })
  outgoing.write(body.subarray(0, body.length >> 1), () => {
    if (isReset) setTimeout(() => outgoing.socket?.resetAndDestroy(), 20)
  })
}

/** Who asks was checked; the server behind knows other names. */
async function passOn(
  server: S3Server,
  { method, url, bucket, isHosted, headers, body }: S3Request,
): Promise<S3Answer> {
  const { authorization: _, ...onwards } = headers
  const onward = request({
    host: '127.0.0.1',
    port: server.port,
    method,
    path: isHosted ? `/${bucket}${url}` : url,
    headers: { ...onwards, connection: 'close' },
  })
  onward.end(body)
  const [answer]: IncomingMessage[] = await once(onward, 'response')
  if (!answer) throw new Error('No answer')
  const pieces: Buffer[] = []
  for await (const piece of answer) pieces.push(piece)
  return { status: answer.statusCode ?? 0, headers: plain(answer.headers), body: Buffer.concat(pieces) }
}

/** Without those that are about the connection. */
function plain(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]))
}
