import { isIP } from 'node:net'
import type { ChannelCredentials, Client } from '@grpc/grpc-js'
import { Channel, connectivityState, credentials } from '@grpc/grpc-js'
import type { Services } from 'etcd3'
import { Etcd3 } from 'etcd3'
import { formatSocket } from '#lib/net/address-policy.ts'
import { hasTimedOut } from '#lib/net/interruption.ts'
import { resolve } from '#lib/net/resolve.ts'
import type { EtcdAccess, EtcdEndpoint, EtcdTls } from './connection.ts'
import { formatDestination, formatEndpoint } from './connection.ts'
import { connectionError, markUnsent } from './errors.ts'

/** Of one message: more than a role with thousands of permissions, and little enough for many of them at once. */
const receiveMaxBytes = 1024 * 1024
/** gRPC's own 4 MiB is less than a page of large values; a page is bounded by its keys, this only keeps a flood out. */
const receiveLargeMaxBytes = 64 * 1024 * 1024
/** What may be under way of a large answer; a snapshot of 90 MB came four times as fast as with HTTP/2's own 64 KiB. */
const streamWindowBytes = 2 * 1024 * 1024
/** What each of several addresses of a name is given, so that a black hole does not eat the deadline of the others. */
const addressShareMs = 1000

export type ServiceName = keyof typeof Services

/** One channel, and so at most one socket, to one member at one checked address. */
export interface MemberConnection {
  /** The IP address connected to. */
  readonly address: string
  /** Whether it shows a client certificate. */
  readonly hasCertificate: boolean
  /** etcd3's stub of a service; all stubs of a connection share its channel. */
  stub(service: ServiceName): Promise<Client>
  /** Whether it is connected, or has yet to say that it is not. */
  isUsable(): boolean
  close(): void
}

export interface Opening {
  readonly access: EtcdAccess
  readonly endpoint: EtcdEndpoint
  /** gRPC bounds answers by the connection, so those that may be large have one of their own. */
  readonly hasLargeAnswer?: boolean
  readonly signal: AbortSignal
}

/**
 * Connects to one member: its name is looked up once and judged by `lib/net`, the channel is pinned to the judged address,
 * and the certificate is checked against the name.
 *
 * A connection that failed for another reason than time is given too: its first call tells the cause in gRPC's words.
 *
 * @throws AppError of `lib/net` when the address may not be reached or has no name; `etcd-unavailable` when time runs out,
 * `etcd-tls-failed` when our own certificate or key cannot be used; the signal's reason when somebody aborted
 */
export async function openConnection(opening: Opening): Promise<MemberConnection> {
  const { access, endpoint, signal } = opening
  const checked = await resolve(endpoint.destination, { ...access.door, signal })
  const channelCredentials = credentialsFor(opening)
  const addresses = [checked.address, ...checked.others]
  for (const address of addresses.slice(0, -1)) {
    const channel = openChannel(`${formatSocket(address, checked.port)}`, channelCredentials, opening)
    const either = AbortSignal.any([signal, AbortSignal.timeout(addressShareMs)])
    if ((await outcomeOf(channel, either)) === 'ready') return connectionOver(channel, address, opening)
    channel.close()
  }
  const address = addresses.at(-1) ?? checked.address
  const channel = openChannel(formatSocket(address, checked.port), channelCredentials, opening)
  if ((await outcomeOf(channel, signal)) !== 'interrupted') return connectionOver(channel, address, opening)
  channel.close()
  throw interruption(signal, endpoint, address)
}

function interruption(signal: AbortSignal, endpoint: EtcdEndpoint, address: string): unknown {
  if (!hasTimedOut(signal)) return signal.reason
  const place = formatEndpoint(endpoint)
  const said = `No connection to ${place} at ${address}: timed out`
  return markUnsent(
    connectionError(said, { cause: signal.reason, message: said, details: { endpoint: place, address } }),
  )
}

/** Reading certificates is a good part of what a connection costs, and all members of a cluster are met with the same ones. */
const madeOf = new WeakMap<EtcdTls, ChannelCredentials>()

function credentialsFor({ access: { tls }, endpoint }: Opening): ChannelCredentials {
  if (endpoint.scheme === 'http') return credentials.createInsecure()
  const made = (tls && madeOf.get(tls)) ?? makeCredentials(tls, endpoint)
  if (tls) madeOf.set(tls, made)
  return made
}

function makeCredentials(tls: EtcdTls | undefined, endpoint: EtcdEndpoint): ChannelCredentials {
  try {
    return credentials.createSsl(bytes(tls?.caPem), bytes(tls?.clientKeyPem?.reveal()), bytes(tls?.clientCertPem))
  } catch (cause) {
    const place = formatEndpoint(endpoint)
    const message = `The certificate or key for ${place} cannot be used: ${String(cause)}`
    throw connectionError(`${String(cause)} (TLS)`, { cause, message, details: { endpoint: place } })
  }
}

function bytes(pem: string | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem)
}

function openChannel(
  socket: string,
  channelCredentials: ChannelCredentials,
  { access, endpoint, hasLargeAnswer }: Opening,
): Channel {
  const { destination } = endpoint
  const host = 'host' in destination ? destination.host.replace(/^\[|\]$/g, '') : destination.address
  const expected = access.tls?.serverName ?? host
  return new Channel(socket, channelCredentials, {
    'grpc.default_authority': isIP(expected)
      ? formatSocket(expected, destination.port)
      : `${expected}:${destination.port}`,
    // The certificate is checked against the name a person gave, not against the address it led to.
    ...(isIP(expected) && expected === host ? {} : { 'grpc.ssl_target_name_override': expected }),
    // A proxy would look the name up again, elsewhere.
    'grpc.enable_http_proxy': 0,
    // One socket per channel, closed with it; the shared pool keeps sockets for others and scans all of them at each close.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config_disable_resolution': 1,
    // gRPC would repeat what a lost connection swallowed; whether that is safe only the caller knows.
    'grpc.enable_retries': 0,
    'grpc.max_receive_message_length': hasLargeAnswer ? receiveLargeMaxBytes : receiveMaxBytes,
    ...(hasLargeAnswer ? { 'grpc-node.flow_control_window': streamWindowBytes } : {}),
    'grpc.max_send_message_length': -1,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 10_000,
  })
}

type Outcome = 'ready' | 'failed' | 'interrupted'

function outcomeOf(channel: Channel, signal: AbortSignal): Promise<Outcome> {
  return new Promise((give) => {
    const abort = () => finish('interrupted')
    // gRPC lets a process end while it connects; whoever waits for the connection does not.
    const holdsProcess = setInterval(() => undefined, 60_000)
    const finish = (outcome: Outcome) => {
      clearInterval(holdsProcess)
      signal.removeEventListener('abort', abort)
      give(outcome)
    }
    const look = () => {
      const state = channel.getConnectivityState(true)
      if (state === connectivityState.READY) return finish('ready')
      if (state === connectivityState.TRANSIENT_FAILURE) return finish('failed')
      if (state === connectivityState.SHUTDOWN || signal.aborted) return finish('interrupted')
      channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, look)
    }
    signal.addEventListener('abort', abort, { once: true })
    look()
  })
}

const lost: ReadonlySet<connectivityState> = new Set([
  connectivityState.TRANSIENT_FAILURE,
  connectivityState.SHUTDOWN,
  connectivityState.IDLE,
])

function connectionOver(channel: Channel, address: string, { access, endpoint }: Opening): MemberConnection {
  const etcd = new OneMember(channel, formatDestination(endpoint.destination))
  return {
    address,
    hasCertificate: access.tls?.clientCertPem !== undefined,
    stub: (service) => etcd.stub(service),
    // Idle means disconnected: the next one looks the name up anew, rather than to dial an address judged long ago.
    isUsable: () => !lost.has(channel.getConnectivityState(false)),
    close: () => channel.close(),
  }
}

/**
 * etcd3 for exactly one member over a channel of ours. Only its stubs and messages are used: its retries, its circuit breaker
 * and its way of fetching tokens never run, since no call goes through them.
 */
class OneMember extends Etcd3 {
  readonly #stubs = new Map<ServiceName, Promise<Client>>()

  constructor(channelOverride: Channel, host: string) {
    super({ hosts: host, grpcOptions: { channelOverride } })
  }

  stub(service: ServiceName): Promise<Client> {
    const stub = this.#stubs.get(service) ?? this.pool.withConnection(service, ({ client }) => client)
    this.#stubs.set(service, stub)
    return stub
  }
}
