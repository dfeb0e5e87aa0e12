import { z } from 'zod'
import { diagnosisView } from '#lib/contracts/diagnosis.ts'
import { probeView } from '#lib/contracts/storage-targets.ts'
import type { AppError, ErrorCode } from '#lib/errors.ts'
import { toAppError } from '#lib/errors.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { translate } from '#lib/i18n/messages.ts'

interface Surroundings {
  requestId: string
  locale: Locale
}

const issuesSchema = z.array(
  z.object({ path: z.string(), code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
)
const retrySchema = z.object({ retryAfterSeconds: z.number() })
const sentenceParams = z
  .record(z.string(), z.unknown())
  .transform((details) =>
    Object.fromEntries(
      Object.entries(details).filter((entry): entry is [string, string | number] =>
        ['string', 'number'].includes(typeof entry[1]),
      ),
    ),
  )

/**
 * RFC 9457: `{ type, title, status, detail, code, requestId }`, with `errors` for each wrong field, `retryAfterSeconds`
 * where waiting helps, and `diagnosis` where a cluster was looked at in vain, `probe` where a
 * place for backups was. Sentences come from the message table by code: nothing a stranger threw reaches the caller.
 */
export function problem(error: unknown, { requestId, locale }: Surroundings): Response {
  const failure = toAppError(error)
  const retry = retrySchema.safeParse(failure.details)
  const diagnosis = diagnosisView.safeParse(failure.details.diagnosis)
  const probe = probeView.safeParse(failure.details.probe)
  const retryAfterSeconds = retry.success ? retry.data.retryAfterSeconds : undefined
  const body = {
    type: `urn:kstone:problem:${failure.code}`,
    title: failure.code,
    status: failure.status,
    detail: sentenceOf(failure.code, failure, locale),
    code: failure.code,
    requestId,
    ...('issues' in failure.details ? { errors: fieldErrors(failure, locale) } : {}),
    ...(diagnosis.success ? { diagnosis: diagnosis.data } : {}),
    ...(probe.success ? { probe: probe.data } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  })
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  if (failure.status === 401) headers.set('www-authenticate', 'Bearer realm="kstone"')
  return new Response(JSON.stringify(body), { status: failure.status, headers })
}

function sentenceOf(code: ErrorCode, failure: AppError, locale: Locale): string {
  return translate(locale, `errors.${code}`, sentenceParams.parse(failure.details))
}

function fieldErrors(failure: AppError, locale: Locale): { path: string; code: string; message: string }[] {
  const issues = issuesSchema.safeParse(failure.details.issues)
  if (!issues.success) return []
  return issues.data.map(({ path, code, params }) => ({
    path,
    code,
    message: translate(locale, `validation.${code}`, params),
  }))
}
