import { z } from 'zod'
import { ApiProblem, networkProblem, problemOf } from '#app/_components/api/problem.ts'
import { parseSignInError } from '#lib/contracts/auth.ts'

/** What the sign-in endpoint answers with: where to go, with `?error=` when nobody was let in. */
const answerSchema = z.object({ url: z.string() })
const csrfSchema = z.object({ csrfToken: z.string() })

/** Turns a code of the error table into its sentence. */
export type TellCode = (code: string, params: { retryAfterSeconds: number }) => string

/**
 * Signs in with e-mail and password; the browser then holds the session's cookie.
 *
 * @throws ApiProblem with a code of the error table (`bad-credentials`, `too-many-attempts`), or `network`
 */
export async function signInWithPassword(
  credentials: { email: string; password: string },
  tell: TellCode,
): Promise<void> {
  const url = await post('callback/credentials', { ...credentials, callbackUrl: '/' })
  const error = url.searchParams.get('error')
  if (error !== null) throw signInProblem(error, tell)
}

/** Makes the provider ask for the person's credentials again, whatever session it has (OpenID Connect Core 3.1.2.1). */
const freshly = new URLSearchParams({ prompt: 'login', max_age: '0' })

/**
 * Leaves for the identity provider; it sends the person back to `returnTo`, or to the sign-in page with an error.
 * With `isFresh` it proves anew who they are.
 */
export async function leaveForProvider(returnTo: string, { isFresh = false } = {}): Promise<void> {
  const url = await post(isFresh ? `signin/oidc?${freshly}` : 'signin/oidc', { callbackUrl: returnTo })
  window.location.assign(url)
}

/** Ends this browser's session. */
export async function signOut(): Promise<void> {
  await post('signout', { callbackUrl: '/' })
}

function signInProblem(error: string, tell: TellCode): ApiProblem {
  const { code = 'internal', retryAfterSeconds } = parseSignInError(error) ?? {}
  return new ApiProblem({
    status: 401,
    code,
    detail: tell(code, { retryAfterSeconds: retryAfterSeconds ?? 0 }),
    errors: [],
    requestId: undefined,
    // The sentence says how long to wait.
    retryAfterSeconds: undefined,
  })
}

async function post(action: string, fields: Record<string, string>): Promise<URL> {
  const { csrfToken } = await ask('csrf', csrfSchema)
  const body = new URLSearchParams({ ...fields, csrfToken, json: 'true' })
  const { url } = await ask(action, answerSchema, { method: 'POST', body })
  return new URL(url, window.location.origin)
}

async function ask<Answer>(action: string, schema: z.ZodType<Answer>, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`/api/auth/${action}`, { ...init, cache: 'no-store' }).catch((error: unknown) => {
    throw networkProblem(error)
  })
  const answer = schema.safeParse(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  )
  // A refused sign-in is a 401 with an address too; what has none was refused before it came that far.
  if (!answer.success) throw await problemOf(response)
  return answer.data
}
