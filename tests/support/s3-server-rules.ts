import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { S3Server } from './s3-server.ts'
import { signatureOf, timeOf } from './s3-server-signature.ts'

export interface S3Request {
  readonly method: string
  /** Path and query as sent. */
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** S3's name: `PutObject` */
  readonly operation: string
  readonly bucket: string
  /** Whether the bucket stands in the name of the host. */
  readonly isHosted: boolean
  readonly key: string
  readonly query: URLSearchParams
}

export interface S3Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

/** Of the name that tests give it. */
const hostedBucket = /^(.+)\.s3\.example(:\d+)?$/

const smallestPartBytes = 5 * 1024 * 1024
const skewMaxMs = 15 * 60_000

/**
 * What S3 does and the server for tests does not: it checks signatures, times and digests, keeps conditions, ends and lists uploads,
 * and gives objects made of parts their own kind of etag.
 */
export class S3Rules {
  readonly #server: S3Server
  /** Who may ask, and with which secret. */
  readonly secrets = new Map([['AKIATEST', 'secret-of-the-test']])
  /** Requests with `If-None-Match`. */
  conditions: 'honoured' | 'ignored' | 'not-implemented' = 'honoured'
  /** How far the clock of the server is ahead. */
  aheadMs = 0
  /** One conditional write after the other, as a real server decides them. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(server: S3Server) {
    this.#server = server
  }

  async read(incoming: IncomingMessage): Promise<S3Request> {
    const pieces: Buffer[] = []
    for await (const piece of incoming) pieces.push(piece)
    const { method = '', url = '' } = incoming
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const { pathname, searchParams: query } = new URL(url, 'http://s3')
    const [, hosted] = hostedBucket.exec(headers.host ?? '') ?? []
    const names = decodeURIComponent(pathname).slice(1).split('/')
    const bucket = hosted ?? names.shift() ?? ''
    const key = names.join('/')
    const operation = operationOf(method, key, query)
    const isHosted = hosted !== undefined
    return { method, url, headers, body: Buffer.concat(pieces), operation, bucket, isHosted, key, query }
  }

  async judge(asking: S3Request, passOn: () => Promise<S3Answer>): Promise<S3Answer> {
    const refusal = this.#refuse(asking)
    if (refusal) return refusal
    if (!existsSync(join(this.#server.folder, asking.bucket))) return failureAnswer(404, 'NoSuchBucket', {})
    const isConditional = 'if-none-match' in asking.headers && ['PUT', 'POST'].includes(asking.method)
    if (!isConditional || this.conditions === 'ignored') return await this.#carryOut(asking, passOn)
    if (this.conditions === 'not-implemented') return failureAnswer(501, 'NotImplemented', {})
    return await this.#inTurn(async () =>
      this.#exists(asking) ? failureAnswer(412, 'PreconditionFailed', {}) : await this.#carryOut(asking, passOn),
    )
  }

  /** A success that is a lie: nothing was done. */
  pretend({ operation, key }: S3Request): S3Answer {
    const etag = `"${'0'.repeat(32)}"`
    const body = operation === 'CompleteMultipartUpload' ? completed(key, etag) : ''
    return answerOf(operation === 'DeleteObject' ? 204 : 200, body, { etag })
  }

  /** Ids of uploads that lie there. */
  async uploads(bucket: string): Promise<string[]> {
    return await readdir(this.#uploadsFolder(bucket)).catch(() => [])
  }

  #refuse(asking: S3Request): S3Answer | undefined {
    const { headers, body } = asking
    const now = Date.now() + this.aheadMs
    const skewMs = Math.abs(now - timeOf(headers).getTime())
    const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? ''
    const secret = this.secrets.get(accessKeyId)
    if (secret === undefined) return failureAnswer(403, 'InvalidAccessKeyId', {})
    if (skewMs > skewMaxMs) {
      const fields = { RequestTime: headers['x-amz-date'] ?? '', ServerTime: new Date(now).toISOString() }
      return failureAnswer(403, 'RequestTimeTooSkewed', { fields })
    }
    if (!headers.authorization?.endsWith(`Signature=${signatureOf(asking, secret)}`)) {
      return failureAnswer(403, 'SignatureDoesNotMatch', {})
    }
    const sha256 = createHash('sha256').update(body).digest('hex')
    if (/^[0-9a-f]{64}$/.test(headers['x-amz-content-sha256'] ?? '') && headers['x-amz-content-sha256'] !== sha256) {
      return failureAnswer(400, 'XAmzContentSHA256Mismatch', {})
    }
    const md5 = headers['content-md5']
    if (md5 !== undefined && md5 !== md5Of(body).toString('base64')) return failureAnswer(400, 'BadDigest', {})
  }

  async #carryOut(asking: S3Request, passOn: () => Promise<S3Answer>): Promise<S3Answer> {
    const { operation, bucket, query } = asking
    if (operation === 'ListMultipartUploads') return await this.#listUploads(asking)
    const id = query.get('uploadId')
    if (id === null) return await passOn()
    const folder = join(this.#uploadsFolder(bucket), id)
    if (!existsSync(join(folder, 'key'))) return failureAnswer(404, 'NoSuchUpload', {})
    if (operation === 'AbortMultipartUpload') {
      await rm(folder, { recursive: true, force: true })
      return answerOf(204, '', {})
    }
    if (operation === 'ListParts')
      return answerOf(200, `<ListPartsResult><UploadId>${id}</UploadId></ListPartsResult>`, xml)
    if (operation === 'CompleteMultipartUpload') return await this.#complete(asking, folder, passOn)
    const answer = await passOn()
    // The server makes the folder anew where an upload was ended while a part was under way.
    if (!existsSync(join(folder, 'key'))) await rm(folder, { recursive: true, force: true })
    return answer
  }

  async #complete(asking: S3Request, folder: string, passOn: () => Promise<S3Answer>): Promise<S3Answer> {
    const wanted = [...asking.body.toString().matchAll(/<Part>.*?<\/Part>/gs)].map(([part]) => ({
      number: /<PartNumber>(\d+)</.exec(part)?.[1] ?? '',
      etag: /[0-9a-f]{32}/.exec(part)?.[0] ?? '',
    }))
    const md5s: string[] = []
    for (const [index, { number, etag }] of wanted.entries()) {
      const md5 = await readFile(join(folder, `${number}.md5`), 'utf8').catch(() => '')
      if (md5 === '' || md5 !== etag) return failureAnswer(400, 'InvalidPart', {})
      const { size } = await stat(join(folder, number))
      if (size < smallestPartBytes && index < wanted.length - 1) return failureAnswer(400, 'EntityTooSmall', {})
      md5s.push(md5)
    }
    const answer = await passOn()
    if (answer.status !== 200) return answer
    const etag = `${md5Of(Buffer.from(md5s.join(''), 'hex')).toString('hex')}-${md5s.length}`
    await writeFile(`${this.#objectFile(asking)}.md5`, etag)
    return answerOf(200, completed(asking.key, `"${etag}"`), xml)
  }

  async #listUploads({ bucket, query }: S3Request): Promise<S3Answer> {
    const prefix = query.get('prefix') ?? ''
    const listed: { id: string; key: string; at: Date }[] = []
    for (const id of await this.uploads(bucket)) {
      const file = join(this.#uploadsFolder(bucket), id, 'key')
      const key = await readFile(file, 'utf8')
      if (key.startsWith(prefix)) listed.push({ id, key, at: (await stat(file)).mtime })
    }
    listed.sort((one, other) => (one.key + one.id < other.key + other.id ? -1 : 1))
    const marker = (query.get('key-marker') ?? '') + (query.get('upload-id-marker') ?? '')
    const left = listed.filter(({ key, id }) => key + id > marker)
    const page = left.slice(0, Math.min(uploadsPageMax, Number(query.get('max-uploads') ?? 1000)))
    const last = page.at(-1)
    const uploads = page.map(
      ({ key, id, at }) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${at.toISOString()}</Initiated></Upload>`,
    )
    const next = `<NextKeyMarker>${last?.key}</NextKeyMarker><NextUploadIdMarker>${last?.id}</NextUploadIdMarker>`
    const isTruncated = left.length > page.length
    const body = `<IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? next : ''}${uploads.join('')}`
    return answerOf(200, `<ListMultipartUploadsResult>${body}</ListMultipartUploadsResult>`, xml)
  }

  async #inTurn(work: () => Promise<S3Answer>): Promise<S3Answer> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return await mine
  }

  #exists(asking: S3Request): boolean {
    return existsSync(this.#objectFile(asking))
  }

  #objectFile({ bucket, key }: S3Request): string {
    return join(this.#server.folder, bucket, `${key}._S3rver_object`)
  }

  #uploadsFolder(bucket: string): string {
    return join(this.#server.folder, bucket, '._S3rver_uploads')
  }
}

/** Small, so that the second page is met. */
const uploadsPageMax = 2

const xml = { 'content-type': 'application/xml' }

export function answerOf(status: number, body: string, headers: Record<string, string>): S3Answer {
  return { status, headers: { date: new Date().toUTCString(), ...headers }, body: Buffer.from(body) }
}

export function failureAnswer(
  status: number,
  code: string,
  { headers = {}, fields = {} }: { headers?: Record<string, string>; fields?: Record<string, string> },
): S3Answer {
  const more = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>Said by the test</Message>${more.join('')}</Error>`
  return answerOf(status, body, { ...xml, ...headers })
}

function completed(key: string, etag: string): string {
  return `<CompleteMultipartUploadResult><Key>${key}</Key><ETag>${etag}</ETag></CompleteMultipartUploadResult>`
}

function md5Of(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest()
}

function operationOf(method: string, key: string, query: URLSearchParams): string {
  const isUpload = query.has('uploadId')
  const ofUpload: Record<string, string> = {
    PUT: 'UploadPart',
    POST: 'CompleteMultipartUpload',
    DELETE: 'AbortMultipartUpload',
    GET: 'ListParts',
  }
  const ofObject: Record<string, string> = {
    PUT: 'PutObject',
    POST: 'CreateMultipartUpload',
    DELETE: 'DeleteObject',
    GET: 'GetObject',
    HEAD: 'HeadObject',
  }
  if (key === '') return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjectsV2'
  return (isUpload ? ofUpload : ofObject)[method] ?? 'Unknown'
}
