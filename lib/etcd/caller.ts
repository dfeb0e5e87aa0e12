import { AppError } from '#lib/errors.ts'
import { hasTimedOut } from '#lib/net/interruption.ts'
import type { EtcdAccess, EtcdCredential, EtcdEndpoint } from './connection.ts'
import { formatEndpoint, isGiven, isOfGivenScheme, tokenFingerprint } from './connection.ts'
import type { BorrowedConnection, ConnectionPool } from './connection-pool.ts'
import type { CallOptions, Deadline } from './deadline.ts'
import { deadlineOf } from './deadline.ts'
import { connectionError, markUnsent, saysPasswordIsWrong, wasNeverSent } from './errors.ts'
import type { Call, CallKind } from './make-call.ts'
import { authenticate, authenticateCall, makeCall } from './make-call.ts'
import type { MemberConnection } from './member-connection.ts'
import type { Token, TokenCache } from './tokens.ts'

/** What a caller may say about a call: for how long, and of whom. */
export interface PlacedOptions extends CallOptions {
  readonly endpoint?: EtcdEndpoint | undefined
}

interface Attempt {
  readonly kind: CallKind
  readonly deadline: Deadline
  /** Bounds the way to the member alone, where others could be asked instead. */
  readonly connectMs?: number | undefined
}

/** What the way to one of several members may take; the others are asked afterwards. */
const connectShareMs = 1500

type Work<Result> = (call: Call) => Promise<Result>

/** Makes calls to the members of one cluster: with the right credential, inside a deadline, never twice where that could matter. */
export class Caller {
  readonly access: EtcdAccess
  readonly #connections: ConnectionPool
  readonly #tokens: TokenCache
  #preferred = 0

  constructor(access: EtcdAccess, shared: { connections: ConnectionPool; tokens: TokenCache }) {
    this.access = access
    this.#connections = shared.connections
    this.#tokens = shared.tokens
  }

  /** Does `work` at the endpoint named, and no other; without one, at any of the access's that answers. */
  call<Result>(kind: CallKind & PlacedOptions, work: Work<Result>): Promise<Result> {
    return kind.endpoint === undefined ? this.#anywhere(kind, work) : this.#there(kind.endpoint, kind, work)
  }

  /** A kept connection may have died unseen: a read that met it so is asked once more, over a new one. */
  async #there<Result>(endpoint: EtcdEndpoint, kind: CallKind & CallOptions, work: Work<Result>): Promise<Result> {
    using deadline = deadlineOf(kind)
    const attempt = { kind, deadline }
    const outcome = await settle(this.#attempt(endpoint, attempt, work))
    if ('value' in outcome) return outcome.value
    const { error } = outcome
    const isBroken = error instanceof AppError && error.code === 'etcd-unavailable' && !wasNeverSent(error)
    if (!mayRepeat(kind) || !isBroken || deadline.signal.aborted) throw error
    return await this.#attempt(endpoint, attempt, work)
  }

  /**
   * Does `work` at one of the access's endpoints. Those that cannot be connected to are passed over; what was sent is sent
   * once more, elsewhere, only if it is a read and its member failed.
   */
  async #anywhere<Result>(kind: CallKind & CallOptions, work: Work<Result>): Promise<Result> {
    const { endpoints } = this.access
    using deadline = deadlineOf(kind)
    const failures: unknown[] = []
    let sendingsLeft = mayRepeat(kind) ? 2 : 1
    for (const [index, endpoint] of this.#inOrder().entries()) {
      const connectMs = index < endpoints.length - 1 ? connectShareMs : undefined
      const outcome = await settle(this.#attempt(endpoint, { kind, deadline, connectMs }, work))
      if ('value' in outcome) {
        this.#preferred = endpoints.indexOf(endpoint)
        return outcome.value
      }
      failures.push(outcome.error)
      if (!wasNeverSent(outcome.error)) sendingsLeft -= 1
      if (sendingsLeft === 0 || deadline.signal.aborted || !isOfOneMember(outcome.error)) throw outcome.error
    }
    throw failures[0] ?? noEndpoints(kind.name)
  }

  /**
   * A call that goes on: holds the connection until the caller is done with what `start` gives.
   *
   * @throws as `call`, while it starts
   */
  async *stream<Item>(
    endpoint: EtcdEndpoint,
    { kind, signal }: { kind: CallKind; signal: AbortSignal },
    start: (call: Call) => AsyncIterable<Item>,
  ): AsyncGenerator<Item> {
    using deadline = deadlineOf({ signal })
    const begin = { kind, deadline }
    const borrowed = await this.#borrow(endpoint, begin)
    const unbounded = { at: Number.POSITIVE_INFINITY, signal }
    let hasBegun = false
    try {
      for (let attemptsLeft = 2; ; ) {
        const token = await this.#tokenFor(borrowed.connection, endpoint, begin)
        attemptsLeft -= 1
        try {
          for await (const item of start(
            makeCall(borrowed.connection, endpoint, { kind, deadline: unbounded, token }),
          )) {
            hasBegun = true
            yield item
          }
          return
        } catch (error) {
          if (hasBegun || attemptsLeft === 0 || !this.#isRefused(kind, { token, error })) throw error
        }
      }
    } finally {
      borrowed.release()
    }
  }

  /**
   * Proves one of the two credentials, at this member.
   *
   * @throws AppError `etcd-auth-failed`, `etcd-auth-disabled`
   */
  async prove(endpoint: EtcdEndpoint, credential: EtcdCredential, options: CallOptions): Promise<void> {
    using deadline = deadlineOf(options)
    const begin = { kind: authenticateCall, deadline }
    const borrowed = await this.#borrow(endpoint, begin)
    try {
      const key = tokenFingerprint(this.access, credential)
      const fetch = this.#authenticationAt(borrowed.connection, endpoint, credential)
      const token = await this.#tokens.get(key, fetch, begin.deadline.signal)
      if (token.kind === 'none')
        throw new AppError('etcd-auth-disabled', `${formatEndpoint(endpoint)} has authentication switched off`)
    } finally {
      borrowed.release()
    }
  }

  async #attempt<Result>(endpoint: EtcdEndpoint, attempt: Attempt, work: Work<Result>): Promise<Result> {
    const { kind, deadline } = attempt
    const borrowed = await this.#borrow(endpoint, attempt)
    const doIt = async () => {
      const token = await this.#tokenFor(borrowed.connection, endpoint, attempt)
      return { token, ...(await settle(work(makeCall(borrowed.connection, endpoint, { kind, deadline, token })))) }
    }
    try {
      const first = await doIt()
      // Refused before anything was done, so a write may be sent again too: once, with a new token.
      const outcome = this.#isRefused(kind, first) ? await doIt() : first
      if ('error' in outcome) throw outcome.error
      return outcome.value
    } finally {
      borrowed.release()
    }
  }

  #isRefused(kind: CallKind, outcome: { token?: Token | undefined; error?: unknown }): boolean {
    const credential = this.#credentialFor(kind)
    if (!credential || !outcome.token || !saysTokenIsBad(outcome.error)) return false
    this.#tokens.refuse(tokenFingerprint(this.access, credential), outcome.token)
    return true
  }

  async #borrow(endpoint: EtcdEndpoint, { kind, deadline, connectMs }: Attempt): Promise<BorrowedConnection> {
    const { signal } = deadline
    using own = connectMs === undefined ? undefined : deadlineOf({ signal, timeoutMs: connectMs })
    const share = own?.signal ?? signal
    try {
      const { hasLargeAnswer = false } = kind
      return await this.#connections.borrow({ access: this.access, endpoint, hasLargeAnswer, signal: share })
    } catch (cause) {
      if (!hasTimedOut(share) || cause !== share.reason) throw markUnsent(cause)
      const place = formatEndpoint(endpoint)
      const said = `No connection to ${place} came about: timed out`
      throw markUnsent(connectionError(said, { cause, message: said, details: { endpoint: place } }))
    }
  }

  #credentialFor({ needsRoot, isAnonymous }: CallKind): EtcdCredential | undefined {
    if (isAnonymous) return
    return needsRoot ? (this.access.root ?? this.access.reader) : this.access.reader
  }

  async #tokenFor(
    connection: MemberConnection,
    endpoint: EtcdEndpoint,
    { kind, deadline }: Attempt,
  ): Promise<Token | undefined> {
    const credential = this.#credentialFor(kind)
    if (!credential || !this.#mayShowToken(endpoint)) return
    const key = tokenFingerprint(this.access, credential)
    const fetch = isGiven(this.access, endpoint)
      ? this.#authenticationAt(connection, endpoint, credential)
      : () => this.#anywhere(authenticateCall, (call) => authenticate(call, credential))
    return await this.#tokens.get(key, fetch, deadline.signal).catch((cause: unknown) => {
      if (!hasTimedOut(deadline.signal) || cause !== deadline.signal.reason) throw cause
      const place = formatEndpoint(endpoint)
      const details = { call: 'Auth/Authenticate', endpoint: place, outcome: 'not-done' }
      throw markUnsent(new AppError('etcd-timeout', `No token from ${place} in time`, { cause, details }))
    })
  }

  /** The fetch of a token that others may wait for too: its deadline is its own. */
  #authenticationAt(connection: MemberConnection, endpoint: EtcdEndpoint, credential: EtcdCredential) {
    return async () => {
      using deadline = deadlineOf({})
      return await authenticate(makeCall(connection, endpoint, { kind: authenticateCall, deadline }), credential)
    }
  }

  /** A password goes to nobody but those a person named; a token to members too, yet never in clear text where those speak TLS. */
  #mayShowToken(endpoint: EtcdEndpoint): boolean {
    const { access } = this
    return endpoint.scheme === 'https' || isGiven(access, endpoint) || isOfGivenScheme(access, endpoint)
  }

  /** The last one that answered, then the others in the order given. */
  #inOrder(): EtcdEndpoint[] {
    const { endpoints } = this.access
    return [...endpoints.slice(this.#preferred), ...endpoints.slice(0, this.#preferred)]
  }
}

function mayRepeat({ isWrite = false, mayRepeat: isAllowed = true }: CallKind): boolean {
  return isAllowed && !isWrite
}

type Settled<Result> = { value: Result } | { error: unknown }

function settle<Result>(work: Promise<Result>): Promise<Settled<Result>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

function noEndpoints(call: string): AppError {
  return new AppError('etcd-unavailable', 'The cluster has no endpoints', { details: { call } })
}

/** Failures of a member, or of the way to it, rather than of the cluster or of what was asked. */
function isOfOneMember(error: unknown): boolean {
  const codes: readonly string[] = ['etcd-unavailable', 'etcd-no-leader', 'etcd-learner']
  return wasNeverSent(error) || (error instanceof AppError && codes.includes(error.code))
}

function saysTokenIsBad(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  const isRefused = error.code === 'etcd-auth-failed' && !saysPasswordIsWrong(error)
  return isRefused || error.code === 'etcd-auth-required'
}
