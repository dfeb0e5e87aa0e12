import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Socket } from 'node:net'
import { secondMs } from '#lib/time.ts'
import { dial } from './dial.ts'
import type { TlsDoor } from './dial-tls.ts'
import { dialTls } from './dial-tls.ts'
import type { NamedEndpoint } from './own-endpoint.ts'

/** From the look-up to the end of the handshake; what an agent serves has deadlines of its own from then on. */
const connectMs = 10 * secondMs

interface AgentDoor extends Omit<TlsDoor, 'signal'> {
  /** Whether a connection serves further requests; each was judged when it was opened. */
  readonly keepAlive?: boolean
}

/** For libraries that speak HTTP themselves: an agent whose every connection goes through the door. */
export function doorAgent(protocol: 'http:' | 'https:', { keepAlive = false, ...door }: AgentDoor): HttpAgent {
  const isSecure = protocol === 'https:'
  const agent = isSecure ? new HttpsAgent({ keepAlive }) : new HttpAgent({ keepAlive })
  const open = (destination: NamedEndpoint) => {
    const attempt = { ...door, signal: AbortSignal.timeout(connectMs) }
    return isSecure ? dialTls(destination, attempt) : dial(destination, attempt)
  }
  agent.createConnection = ({ host, port }, created) => {
    open({ host: host ?? '', port: Number(port) }).then(
      (socket) => created?.(null, socket),
      (failure: unknown) => created?.(failure instanceof Error ? failure : new Error(String(failure)), new Socket()),
    )
    return undefined
  }
  return agent
}
