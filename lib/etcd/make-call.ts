import { Metadata } from '@grpc/grpc-js'
import type { ICallable } from 'etcd3'
import { AuthClient } from 'etcd3'
import { AppError } from '#lib/errors.ts'
import { callUnary } from './call-unary.ts'
import type { EtcdCredential, EtcdEndpoint } from './connection.ts'
import { formatEndpoint } from './connection.ts'
import type { Deadline } from './deadline.ts'
import type { FailedCall } from './errors.ts'
import type { MemberConnection } from './member-connection.ts'
import type { Token } from './tokens.ts'

/** What a call is to etcd, apart from its arguments. */
export interface CallKind {
  /** etcd's name, `KV/Range` */
  readonly name: string
  readonly isWrite?: boolean
  /** Whether it is asked once more where its member failed while it answered; never a write. */
  readonly mayRepeat?: boolean
  /** Demanded by etcd as soon as authentication is on; the only reason ever to use the root credential. */
  readonly needsRoot?: boolean
  /** Without any credential, as etcd's own probes do. */
  readonly isAnonymous?: boolean
  /** Holds keys or leases, of which there may be any number: what else an etcd says is less than 1 MiB. */
  readonly hasLargeAnswer?: boolean
}

/** One call at one member: connection, token and deadline are settled. */
export interface Call {
  readonly connection: MemberConnection
  readonly metadata: Metadata
  readonly deadline: Deadline
  readonly failed: FailedCall
  readonly hasLargeAnswer: boolean
  /** For etcd3's typed clients: `new KVClient(call.rpc)`. */
  readonly rpc: ICallable<undefined>
}

/** What a header of HTTP can hold; JSON Web Tokens, the longest of etcd's, have some hundred characters. */
const tokenForm = /^[ -~]{0,16384}$/

function notToken({ name, endpoint }: FailedCall): AppError {
  const details = { call: name, endpoint, outcome: 'not-done' }
  return new AppError('etcd-not-etcd', `${name} at ${endpoint} gave a token that no call can carry`, { details })
}

/** A token for a user; none where authentication is off. @throws AppError `etcd-auth-failed`, `etcd-not-etcd` */
export async function authenticate({ rpc, failed }: Call, { username, password }: EtcdCredential): Promise<Token> {
  try {
    const { token } = await new AuthClient(rpc).authenticate({ name: username, password: password.reveal() })
    if (!tokenForm.test(token)) throw notToken(failed)
    return { kind: 'token', text: token }
  } catch (error) {
    if (error instanceof AppError && error.code === 'etcd-auth-disabled') return { kind: 'none' }
    throw error
  }
}

/** The call that asks for a token. */
export const authenticateCall: CallKind = { name: 'Auth/Authenticate', isAnonymous: true }

/** Makes etcd3's typed clients speak over our connection, with our token and deadline. */
export function makeCall(
  connection: MemberConnection,
  endpoint: EtcdEndpoint,
  { kind, deadline, token }: { kind: CallKind; deadline: Deadline; token?: Token | undefined },
): Call {
  const metadata = new Metadata()
  if (token?.kind === 'token') metadata.set('token', token.text)
  const { name, isWrite = false, needsRoot = false, hasLargeAnswer = false } = kind
  const { hasCertificate } = connection
  const failed = { name, endpoint: formatEndpoint(endpoint), isWrite, needsRoot, hasCertificate }
  const rpc: ICallable<undefined> = {
    exec: (service, method, payload) =>
      callUnary({ connection, metadata, deadline, failed, hasLargeAnswer }, { service, method, payload }),
    withConnection: async (service, use) =>
      use({ resource: undefined, client: await connection.stub(service), metadata }),
    markFailed: () => undefined,
    callOptionsFactory: undefined,
  }
  return { connection, metadata, deadline, failed, hasLargeAnswer, rpc }
}
