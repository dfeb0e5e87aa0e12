import type { S3Client } from '@aws-sdk/client-s3'
import { AppError } from '#lib/errors.ts'
import { hasTimedOut } from '#lib/net/interruption.ts'
import { withRetries } from './retry.ts'
import type { S3Connection } from './s3-connection.ts'
import type { AskedS3 } from './s3-failure.ts'
import { s3Failure, whereOf } from './s3-failure.ts'
import type { S3Operation } from './s3-permissions.ts'

/** One call, apart from its arguments. */
export interface S3Call {
  readonly operation: S3Operation
  /** As S3 has it, with the prefix of the store. */
  readonly key?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** A call's usual time unless given. */
  readonly timeoutMs?: number | undefined
  /** Whether silence until then is nothing odd. */
  readonly isSlow?: boolean | undefined
}

/** Of what an answer without a body is part. */
interface SendOptions {
  readonly abortSignal: AbortSignal
}

type Send<Answer> = (client: S3Client, options: SendOptions) => Promise<Answer>

/** Makes calls to one bucket: each inside a deadline, each failure under our names. */
export class S3Calls {
  readonly connection: S3Connection

  constructor(connection: S3Connection) {
    this.connection = connection
  }

  /** A call that may be made any number of times. */
  repeat<Answer>(call: S3Call, send: Send<Answer>): Promise<Answer> {
    return withRetries({ limits: this.connection.limits, signal: call.signal }, () => this.once(call, send))
  }

  /** One attempt. @throws AppError under our names; the signal's reason when it is aborted */
  async once<Answer>(call: S3Call, send: Send<Answer>): Promise<Answer> {
    const { client, patientClient, limits } = this.connection
    const timeout = AbortSignal.timeout(call.timeoutMs ?? limits.callMs)
    const abortSignal = call.signal ? AbortSignal.any([timeout, call.signal]) : timeout
    try {
      return await send(call.isSlow ? patientClient : client, { abortSignal })
    } catch (cause) {
      throw this.explain(call, abortSignal.aborted ? abortSignal : undefined, cause)
    }
  }

  /** What went wrong with a call, or with the body it gave. */
  explain(call: S3Call, aborted: AbortSignal | undefined, cause: unknown): unknown {
    const asked = this.#asked(call)
    if (aborted && !hasTimedOut(aborted)) return aborted.reason
    if (!aborted) return s3Failure(cause, asked)
    const said = `${asked.operation} of ${asked.bucket} at ${asked.endpoint} took too long`
    return new AppError('timed-out', said, { cause, details: { ...whereOf(asked), phase: 'answer' } })
  }

  /** An answer that says something else than was asked. */
  badAnswer(call: S3Call, said: string): AppError {
    const asked = this.#asked(call)
    return new AppError('storage-bad-answer', `${asked.operation} of ${asked.bucket} at ${asked.endpoint}: ${said}`, {
      details: { ...whereOf(asked), said },
    })
  }

  #asked({ operation, key }: S3Call): AskedS3 {
    const { bucket, region, endpoint } = this.connection
    return { operation, bucket, key, region, endpoint }
  }
}
