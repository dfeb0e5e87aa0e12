import { z } from 'zod'

/** One wrong field of a request, its sentence already in the reader's language. */
export interface FieldProblem {
  /** Dotted path in the body; empty for the body as a whole. */
  path: string
  code: string
  message: string
}

interface ProblemFacts {
  /** HTTP status; 0 when no answer came. */
  status: number
  /** A code of the error table, or `network` (no answer) or `unexpected` (an answer nobody understands). */
  code: string
  /** Cause and fix in the reader's language; empty for the two codes above. */
  detail: string
  errors: readonly FieldProblem[]
  requestId: string | undefined
  retryAfterSeconds: number | undefined
  /** What else the answer holds, such as the `diagnosis` of a cluster that was looked at in vain. */
  extras?: Readonly<Record<string, unknown>>
}

/** What `apiRequest` throws, always. */
export class ApiProblem extends Error implements ProblemFacts {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly errors: readonly FieldProblem[]
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly extras: Readonly<Record<string, unknown>>

  constructor(facts: ProblemFacts, cause?: unknown) {
    super(facts.detail || facts.code, { cause })
    this.status = facts.status
    this.code = facts.code
    this.detail = facts.detail
    this.errors = facts.errors
    this.requestId = facts.requestId
    this.retryAfterSeconds = facts.retryAfterSeconds
    this.extras = facts.extras ?? {}
  }
}

const problemBody = z.looseObject({
  code: z.string(),
  detail: z.string().catch(''),
  errors: z
    .array(z.object({ path: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .catch(undefined),
  requestId: z.string().optional().catch(undefined),
  retryAfterSeconds: z.number().optional().catch(undefined),
})

/** Reads an `application/problem+json` answer; an answer of any other kind becomes `unexpected`. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id') ?? undefined
  const parsed = problemBody.safeParse(await response.json().catch(() => undefined))
  const { status } = response
  if (!parsed.success) {
    return new ApiProblem({
      status,
      code: 'unexpected',
      detail: '',
      errors: [],
      requestId,
      retryAfterSeconds: undefined,
    })
  }
  const { code, detail, errors = [], retryAfterSeconds, requestId: toldId, ...extras } = parsed.data
  return new ApiProblem({
    status,
    code,
    detail,
    errors,
    requestId: toldId ?? requestId,
    retryAfterSeconds: retryAfterSeconds ?? secondsOf(response.headers.get('retry-after')),
    extras,
  })
}

/** No answer came: the network, or the server is down. */
export function networkProblem(cause: unknown): ApiProblem {
  const nothing = { status: 0, detail: '', errors: [], requestId: undefined, retryAfterSeconds: undefined }
  return new ApiProblem({ ...nothing, code: 'network' }, cause)
}

/** The same read can succeed a moment later: the network failed, or the server said it is busy. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 502 || error.status === 503)
}

/** The visitor is not signed in (any more). */
export function isSignedOut(problem: ApiProblem): boolean {
  return problem.code === 'not-authenticated' || problem.code === 'session-expired'
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
}
