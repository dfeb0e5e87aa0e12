import type { z } from 'zod'
import { activity } from './activity.ts'
import { ApiProblem, networkProblem, problemOf } from './problem.ts'

export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ApiRequestOptions<Data = unknown> {
  body?: unknown
  /** Search parameters; empty and missing ones are left out. */
  query?: Record<string, string | number | boolean | null | undefined>
  /** Shape of the answer's JSON (`{ data: … }`); without it the answer is not read. */
  schema?: z.ZodType<Data>
  /** Makes a repeated POST act once. */
  idempotencyKey?: string
  /** The team the page was drawn for, so that an old tab keeps acting on its own team. */
  teamId?: string | undefined
  signal?: AbortSignal
  /** Sent by a clock and not by a hand, so that it does not keep the session awake. A read nobody is there for is that too. */
  isBackground?: boolean
}

/**
 * One request to `/api/v1`; `path` begins with a slash after that.
 *
 * @throws ApiProblem whatever goes wrong; an abort rejects with the signal's own reason
 */
export async function apiRequest<Data = undefined>(
  method: ApiMethod,
  path: string,
  options: ApiRequestOptions<Data> = {},
): Promise<Data> {
  const response = await send(method, path, options)
  if (!response.ok) throw await problemOf(response)
  return readAnswer(response, options.schema)
}

/** A file the API sent. */
export interface DownloadedFile {
  content: Blob
  /** Empty when the answer gives none. */
  name: string
}

/**
 * Reads a file from `/api/v1`, whole: an answer that breaks off is a failure, not half a file.
 *
 * @throws ApiProblem as `apiRequest`
 */
export async function apiDownload(
  path: string,
  options: Pick<ApiRequestOptions, 'query' | 'teamId'> = {},
): Promise<DownloadedFile> {
  const response = await send('GET', path, options)
  if (!response.ok) throw await problemOf(response)
  const content = await response.blob().catch((error: unknown) => {
    throw networkProblem(error)
  })
  return { content, name: fileNameIn(response.headers.get('content-disposition') ?? '') }
}

function fileNameIn(disposition: string): string {
  return /filename="([^"]+)"/.exec(disposition)?.[1] ?? ''
}

/**
 * An answer that is read while it comes; `linesOf` in `stream-lines.ts` takes it apart.
 *
 * @throws ApiProblem as `apiRequest`, for what fails before the first byte
 */
export async function apiStream(
  method: ApiMethod,
  path: string,
  options: Omit<ApiRequestOptions, 'schema'> = {},
): Promise<ReadableStream<Uint8Array>> {
  const response = await send(method, path, options)
  if (!response.ok) throw await problemOf(response)
  if (!response.body) throw networkProblem(new Error('the answer has no body'))
  return response.body
}

async function send(method: ApiMethod, path: string, options: ApiRequestOptions) {
  const headers = new Headers({ accept: 'application/json' })
  if (options.teamId !== undefined) headers.set('kstone-team', options.teamId)
  if (options.isBackground || (method === 'GET' && !activity.isSomebodyHere)) headers.set('kstone-background', '1')
  if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey)
  // The server refuses mutations that are not JSON: no plain form of a foreign page can send this type.
  if (method !== 'GET') headers.set('content-type', 'application/json')
  const request = new Request(urlOf(path, options.query), {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: options.signal ?? null,
    body: options.body === undefined ? null : JSON.stringify(options.body),
  })
  return fetch(request).catch((error: unknown) => {
    options.signal?.throwIfAborted()
    throw networkProblem(error)
  })
}

function urlOf(path: string, query: ApiRequestOptions['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  return search.size === 0 ? `/api/v1${path}` : `/api/v1${path}?${search}`
}

async function readAnswer<Data>(response: Response, schema: z.ZodType<Data> | undefined): Promise<Data> {
  if (schema === undefined || response.status === 204) return undefined as Data
  const parsed = schema.safeParse(await response.json().catch(() => undefined))
  if (parsed.success) return parsed.data
  const requestId = response.headers.get('x-request-id') ?? undefined
  const facts = { status: response.status, detail: '', errors: [], requestId, retryAfterSeconds: undefined }
  throw new ApiProblem({ ...facts, code: 'unexpected' }, parsed.error)
}
