import { AppError } from '#lib/errors.ts'
import { processWide } from '#lib/process-wide.ts'
import { withSignal } from './deadline.ts'

/** A token is 30 bytes and its key 43; the bound only keeps a process that sees very many clusters from growing for ever. */
const tokensMax = 50_000

/** `none`: the cluster has authentication switched off, so that calls go without a token. */
export type Token = { readonly kind: 'token'; readonly text: string } | { readonly kind: 'none' }

/** How long a refused password is not sent again: refusing costs the etcd as much as accepting. */
const refusalMs = 10_000

interface Ticket {
  token?: Token
  refusal?: { error: AppError; until: number }
  fetching?: Promise<Token>
}

/**
 * Password tokens of a process, one per cluster and user, apart from sockets: Authenticate hashes the password with bcrypt on
 * the etcd and goes through raft, so it is done once and not per member, connection or call. A token is used until the
 * server refuses it.
 */
export class TokenCache {
  readonly #tickets = new Map<string, Ticket>()

  /**
   * The token kept for `key`, fetched by `authenticate` if there is none. Whoever asks meanwhile waits for the same one; if
   * that fetch fails, each of them tries its own way once: its member may be the one that answers.
   *
   * @throws what `authenticate` threw; the signal's reason when it is aborted
   */
  async get(key: string, authenticate: () => Promise<Token>, signal: AbortSignal): Promise<Token> {
    const ticket = this.#ticket(key)
    if (ticket.token) return ticket.token
    if (ticket.fetching !== undefined) {
      const shared = await withSignal(ticket.fetching, signal).catch(() => undefined)
      signal.throwIfAborted()
      if (shared) return shared
    }
    if (ticket.refusal && ticket.refusal.until > Date.now()) throw ticket.refusal.error
    return ticket.token ?? withSignal(ticket.fetching ?? this.#fetch(ticket, authenticate), signal)
  }

  /** Says that the server refused this token. A newer one, fetched by somebody else meanwhile, stays. */
  refuse(key: string, token: Token): void {
    const ticket = this.#tickets.get(key)
    if (ticket?.token === token) delete ticket.token
  }

  #ticket(key: string): Ticket {
    const ticket = this.#tickets.get(key) ?? {}
    this.#tickets.delete(key)
    this.#tickets.set(key, ticket)
    const oldest = this.#tickets.size > tokensMax ? this.#tickets.keys().next().value : undefined
    if (oldest !== undefined) this.#tickets.delete(oldest)
    return ticket
  }

  #fetch(ticket: Ticket, authenticate: () => Promise<Token>): Promise<Token> {
    const fetching = authenticate().then((token) => {
      ticket.token = token
      return token
    })
    ticket.fetching = fetching
    const done = (error?: unknown) => {
      if (ticket.fetching === fetching) delete ticket.fetching
      const isRefused = error instanceof AppError && error.code === 'etcd-auth-failed'
      if (isRefused) ticket.refusal = { error, until: Date.now() + refusalMs }
    }
    fetching.then(() => done(), done)
    return fetching
  }
}

/** The tokens of this process. */
export function sharedTokens(): TokenCache {
  return processWide('etcd tokens', () => new TokenCache())
}
