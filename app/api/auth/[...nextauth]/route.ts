import type { NextRequest } from 'next/server'
import NextAuth from 'next-auth'
import { z } from 'zod'
import { checkOrigin } from '#lib/api/origin.ts'
import { problem } from '#lib/api/problem.ts'
import { limitByAddress } from '#lib/api/rate-limit.ts'
import { localeOf, requestContext } from '#lib/api/request-context.ts'
import { AppError } from '#lib/errors.ts'
import { logFailure, withLogContext } from '#lib/log.ts'
import { parseInput } from '#lib/parse-input.ts'
import { authOptions } from '#lib/tenancy/auth-options.ts'

interface AuthRoute {
  params: Promise<{ nextauth: string[] }>
}

/** What we use of next-auth; the rest (its log intake, its own pages) stays shut. */
const actions = {
  GET: ['csrf', 'session', 'providers', 'callback', 'error', 'signin'],
  POST: ['signin', 'callback', 'signout'],
}
/** Where next-auth is asked to lead afterwards: it answers anything else than a path or an address with a failure of its own. */
const authQuery = z.object({
  callbackUrl: z
    .string()
    .regex(/^(\/|https?:\/\/[^\s/])/)
    .optional(),
})
const bodySizeMaxBytes = 64 * 1024

async function handle(request: NextRequest, route: AuthRoute): Promise<Response> {
  const context = requestContext(request)
  return await withLogContext({ requestId: context.requestId }, async () => {
    try {
      await limitByAddress(context.ip)
      await checkRequest(request, route)
      return await NextAuth(request, route, authOptions({ context, headers: request.headers }))
    } catch (error) {
      logFailure(error)
      return problem(error, { requestId: context.requestId, locale: localeOf(request.headers) })
    }
  })
}

async function checkRequest(request: NextRequest, { params }: AuthRoute): Promise<void> {
  const [action = '', provider] = (await params).nextauth
  const isPost = request.method === 'POST'
  if (!actions[isPost ? 'POST' : 'GET'].includes(action)) throw new AppError('not-found', `No action ${action}`)
  parseInput(authQuery, Object.fromEntries(request.nextUrl.searchParams), 'query')
  if (!isPost) {
    // A password never comes by address, and next-auth would answer the question with a failure of its own.
    if (action === 'callback' && provider === 'credentials')
      throw new AppError('method-not-allowed', 'GET of a password')
    return
  }
  checkOrigin(request.headers)
  // next-auth reads the whole body at once.
  const sizeBytes = Number(request.headers.get('content-length') ?? Number.NaN)
  if (!(sizeBytes <= bodySizeMaxBytes)) {
    throw new AppError('payload-too-large', 'A sign-in is small, and says so', {
      details: { maxBytes: bodySizeMaxBytes },
    })
  }
}

export { handle as GET, handle as POST }
