import type { Client, ClientUnaryCall, Metadata, ServiceClientConstructor, ServiceError } from '@grpc/grpc-js'
import { status } from '@grpc/grpc-js'
import type { AppError } from '#lib/errors.ts'
import { hasTimedOut } from '#lib/net/interruption.ts'
import type { Deadline } from './deadline.ts'
import type { FailedCall } from './errors.ts'
import { notGrpcError, toEtcdError } from './errors.ts'
import type { MemberConnection, ServiceName } from './member-connection.ts'
import { checkFields } from './wire.ts'

/** One call at one member: connection, token and deadline are settled. */
interface UnaryCall {
  readonly connection: MemberConnection
  readonly metadata: Metadata
  readonly deadline: Deadline
  readonly failed: FailedCall
  readonly hasLargeAnswer: boolean
}

interface Question {
  readonly service: ServiceName
  readonly method: string
  readonly payload: unknown
}

/** A message of ours that etcd3's protocol file lacks, or whose fields it lacks. */
export interface OwnMethod<Request, Response> {
  /** `/etcdserverpb.Maintenance/HashKV` */
  readonly path: string
  encode(request: Request): Buffer
  decode(bytes: Buffer): Response
}

const headerField = 1
/** The fields of etcd's answers that hold messages, by the names etcd3 has for its calls. */
const messageFields: Readonly<Record<string, readonly number[]>> = {
  memberList: [2],
  alarm: [2],
  roleGet: [2],
  range: [2],
}

type Callback<Response> = (error: ServiceError | null, answer?: Response) => void

/** Asks once, through etcd3's stub. */
export async function callUnary<Response>(call: UnaryCall, { service, method, payload }: Question): Promise<Response> {
  const stub = await call.connection.stub(service)
  const { service: methods } = stub.constructor as ServiceClientConstructor
  const found = Object.values(methods).find(({ originalName }) => originalName === method)
  if (!found) throw new Error(`etcd3 has no ${service}/${method}`)
  const decode = (bytes: Buffer): Response => {
    // etcd3 makes an object of whatever is in a message, half a million of a megabyte.
    if (!call.hasLargeAnswer) checkFields(bytes, [headerField, ...(messageFields[method] ?? [])])
    return found.responseDeserialize(bytes)
  }
  return await once(call, (callback: Callback<Response>) =>
    stub.makeUnaryRequest(
      found.path,
      found.requestSerialize,
      decode,
      payload,
      call.metadata,
      optionsOf(call),
      callback,
    ),
  )
}

/** Asks once, on the same channel, with messages of ours. */
export async function callOwn<Request, Response>(
  call: UnaryCall,
  { path, encode, decode }: OwnMethod<Request, Response>,
  request: Request,
): Promise<Response> {
  const stub: Client = await call.connection.stub('Maintenance')
  return await once(call, (callback: Callback<Response>) =>
    stub.makeUnaryRequest(path, encode, decode, request, call.metadata, optionsOf(call), callback),
  )
}

function optionsOf({ deadline }: UnaryCall) {
  return { deadline: deadline.at }
}

function once<Response>(call: UnaryCall, start: (callback: Callback<Response>) => ClientUnaryCall): Promise<Response> {
  const { signal } = call.deadline
  return new Promise((give, reject) => {
    if (signal.aborted && !hasTimedOut(signal)) return reject(signal.reason)
    let foreign: AppError | undefined
    const started = start((error, answer) => {
      signal.removeEventListener('abort', cancel)
      if (error) reject(failureOf(error, call, foreign))
      else if (foreign) reject(foreign)
      else if (answer === undefined) reject(new Error('gRPC answered with neither an error nor a message'))
      else give(answer)
    })
    // gRPC knows the deadline of the call alone: whoever asks may have an earlier one, or change their mind.
    const cancel = () => started.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    // gRPC takes a page for frames, whose length is what its letters happen to say.
    started.once('metadata', (metadata) => {
      foreign = findForeign(metadata, call.failed)
    })
    if (signal.aborted) cancel()
  })
}

/** What is wrong with an answer that is none of gRPC by its type; one without a type is given the benefit of the doubt. */
function findForeign(metadata: Metadata, failed: FailedCall): AppError | undefined {
  const [type] = metadata.get('content-type').map(String)
  return type === undefined || /^application\/grpc\b/i.test(type) ? undefined : notGrpcError(type, failed)
}

function failureOf(error: ServiceError, { deadline: { signal }, failed }: UnaryCall, foreign?: AppError): unknown {
  if (signal.aborted && !hasTimedOut(signal)) return signal.reason
  // A gateway whose etcd is gone says so by its status.
  if (foreign && !/^Received HTTP status code/.test(error.details)) return foreign
  const isOverdue = signal.aborted && error.code === status.CANCELLED
  return toEtcdError(isOverdue ? { code: status.DEADLINE_EXCEEDED, details: 'Deadline exceeded' } : error, failed)
}
