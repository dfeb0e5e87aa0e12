import { AppError } from '#lib/errors.ts'
import { callFailure } from '#lib/etcd/call-failure.ts'
import type { EtcdAccess, EtcdEndpoint } from '#lib/etcd/connection.ts'
import { formatEndpoint, tokenFingerprint } from '#lib/etcd/connection.ts'
import { saysPasswordIsWrong } from '#lib/etcd/errors.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { openEtcd } from '#lib/etcd/etcd-client.ts'
import { authenticateCall } from '#lib/etcd/make-call.ts'
import type { MemberList } from '#lib/etcd/members.ts'
import { refusedPasswords } from '#lib/etcd/refused-passwords.ts'
import { secondMs } from '#lib/time.ts'

/** Of the list at one endpoint, a token for it included; there may be several to try. */
const listMs = 1.2 * secondMs
/** Of one key at one member, a token for it included. */
export const knockMs = 1.2 * secondMs

/** A single key that etcd is not likely to hold, and nobody has to. */
const someKey = { key: Buffer.from([0]) }

/** A cluster as it lets us in: as the reader, or without a name where they are refused. */
export class Entrance {
  readonly access: EtcdAccess
  #client: EtcdClient
  #refusal: AppError | undefined
  #isPasswordRefused = false

  constructor(access: EtcdAccess) {
    this.access = access
    this.#client = openEtcd(access)
    if (refusedPasswords().has(fingerprintOf(access))) {
      this.#isPasswordRefused = true
      this.#goWithoutName(new AppError('etcd-auth-failed', 'The password was refused a short while ago'))
    }
  }

  /** For what is asked next. */
  get client(): EtcdClient {
    return this.#client
  }

  /** For what etcd demands root for: the user root where one is known, whoever looks where not. */
  get rootClient(): EtcdClient {
    return this.access.root ? openEtcd(this.access) : this.#client
  }

  /** Why the reader is not let in; undefined while they are. */
  get refusal(): AppError | undefined {
    return this.#refusal
  }

  /** Whether it is the reader's name or password that is wrong, and no weather that keeps them out. */
  get isPasswordRefused(): boolean {
    return this.#isPasswordRefused
  }

  /**
   * What one member believes the members to be. As the reader; without a name where they are not let in, or nobody can be just
   * now, as without a quorum: most etcds tell it to everybody.
   *
   * @throws AppError of the call
   */
  async membersAt(endpoint: EtcdEndpoint, signal: AbortSignal): Promise<MemberList> {
    const question = { endpoint, isSerializable: true, signal, timeoutMs: listMs }
    try {
      return await this.#client.members(question)
    } catch (error) {
      if (this.#refusal || !isAboutName(error)) throw error
      this.#refuse(error)
      return await this.#client.members(question)
    }
  }

  /**
   * Asks one member for a key, as somebody does who wants to read: whether it is there does not matter. It answers from what it
   * has.
   *
   * @throws AppError of the call; `etcd-permission-denied` for who is let in, but not to this key
   */
  async knock(endpoint: EtcdEndpoint, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.keys.count({ range: someKey, endpoint, signal, timeoutMs: knockMs })
    } catch (error) {
      if (this.access.reader && saysPasswordIsWrong(error)) this.#refuse(error)
      throw error
    }
  }

  #refuse(error: unknown): void {
    this.#isPasswordRefused = saysPasswordIsWrong(error)
    if (this.#isPasswordRefused) refusedPasswords().add(fingerprintOf(this.access))
    this.#goWithoutName(callFailure(error))
  }

  #goWithoutName(refusal: AppError): void {
    const { reader: _, ...stranger } = this.access
    this.#client = openEtcd(stranger)
    this.#refusal = refusal
  }
}

/** A refusal of who asks, or a token that nobody gives out just now, as without a quorum. */
function isAboutName(error: unknown): boolean {
  if (!(error instanceof AppError)) return false
  const { code, details } = error
  return code === 'etcd-auth-failed' || (details.call === authenticateCall.name && code !== 'etcd-unavailable')
}

function fingerprintOf(access: EtcdAccess): string {
  return access.reader ? tokenFingerprint(access, access.reader) : ''
}

/** A list, and which of the endpoints told it. */
interface Told {
  readonly endpoint: EtcdEndpoint
  readonly told: MemberList
}

/**
 * The list of the first endpoint that tells it. One that hangs is as good as dead: it has its share of the time and no more.
 *
 * @throws AppError where none tells it before `endsMs` of `performance.now()`: always of the same endpoint, in whatever order they
 *   are asked
 */
export async function firstList(
  entrance: Entrance,
  { endsMs, signal }: { endsMs: number; signal: AbortSignal },
): Promise<Told> {
  const failures = new Map<string, unknown>()
  for (const endpoint of entrance.access.endpoints) {
    if (performance.now() + listMs > endsMs) break
    try {
      return { endpoint, told: await entrance.membersAt(endpoint, signal) }
    } catch (error) {
      failures.set(formatEndpoint(endpoint), error)
    }
  }
  const [first] = [...failures.keys()].toSorted()
  throw failures.get(first ?? '') ?? new AppError('etcd-unavailable', 'The cluster has no endpoints')
}
