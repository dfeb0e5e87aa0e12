import { z } from 'zod'
import { StepError } from '#scripts/step-error.ts'

const problemShape = z.object({ code: z.string(), detail: z.string().optional(), title: z.string().optional() })

/** An answer other than success, with the code of the API's problem document. */
export class RefusedRequest extends StepError {
  readonly status: number
  readonly code: string | undefined

  constructor(what: string, { status, body }: { status: number; body: unknown }) {
    const problem = problemShape.safeParse(body)
    const reason = problem.success ? (problem.data.detail ?? problem.data.title ?? problem.data.code) : ''
    super(`${what} answered ${status}: ${reason}`, { fix: 'read .kstone/logs/web.log for the cause' })
    this.name = 'RefusedRequest'
    this.status = status
    this.code = problem.success ? problem.data.code : undefined
  }
}

export type HttpSession = {
  get: (path: string, headers?: Record<string, string>) => Promise<unknown>
  /** Sends JSON, a form where the value is URLSearchParams, or nothing. */
  post: (path: string, body?: Body, headers?: Record<string, string>) => Promise<unknown>
  patch: (path: string, body?: Body, headers?: Record<string, string>) => Promise<unknown>
}

type Body = URLSearchParams | Record<string, unknown>

/** Speaks to the running product as a browser on `publicUrl` would, over `localUrl`, and keeps its cookies. */
export function openHttpSession(publicUrl: string, localUrl: string): HttpSession {
  const cookies = new Map<string, string>()
  const send = async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    headers.set('origin', new URL(publicUrl).origin)
    headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(`${localUrl}${path}`, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const text = await response.text()
    const body: unknown = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
    if (!response.ok) throw new RefusedRequest(`${init.method ?? 'GET'} ${path}`, { status: response.status, body })
    return body
  }
  const sendBody =
    (method: string) =>
    (path: string, body?: Body, headers: Record<string, string> = {}) => {
      if (body === undefined || body instanceof URLSearchParams)
        return send(path, { method, body: body ?? null, headers })
      const json = { ...headers, 'content-type': 'application/json' }
      return send(path, { method, body: JSON.stringify(body), headers: json })
    }
  return {
    get: (path, headers = {}) => send(path, { headers }),
    post: sendBody('POST'),
    patch: sendBody('PATCH'),
  }
}
