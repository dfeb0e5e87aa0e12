import { checkReadiness } from '#lib/services/health/check-readiness.ts'

/** Ready: database, migrations and Redis are as this build needs them; 503 names what is not. */
export async function GET(): Promise<Response> {
  const { isReady, checks } = await checkReadiness()
  return Response.json({ status: isReady ? 'ok' : 'unavailable', checks }, { status: isReady ? 200 : 503 })
}

export const dynamic = 'force-dynamic'
