import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AppError } from '#lib/errors.ts'
import { hashToken } from '#lib/ids.ts'
import { metrics } from '#lib/metrics.ts'
import { processWide } from '#lib/process-wide.ts'
import { clientNetwork } from '#lib/tenancy/client-network.ts'
import type { Identity, RequestContext } from '#lib/tenancy/context.ts'
import { identify } from '#lib/tenancy/identify.ts'

/** Credentials of one network that may turn out to open nothing, and refusals of one credential that are looked up. */
const failuresMax = 20
const windowSeconds = 10
/** Credentials that opened something here; those are asked about however many strangers share their network. */
const knownMax = 10_000

const failures = processWide(
  'failed-identifications',
  () => new RateLimiterMemory({ points: failuresMax, duration: windowSeconds }),
)
const known = processWide('known-credentials', () => new Set<string>())

/**
 * `identify` for requests from outside: guesses and dead cookies cost a look into the database only so often, counted by
 * process. A credential refused again and again is refused unasked, a network that brings ever new ones must wait.
 *
 * @throws AppError as `identify`, and `rate-limited` with the seconds to wait
 */
export async function identifySender(headers: Headers, context: RequestContext): Promise<Identity> {
  const credential = fingerprintOf(headers)
  if (credential === undefined) return { kind: 'anonymous' }
  const network = `network ${clientNetwork(context.ip)}`
  if (!known.has(credential)) await checkFailures(headers, { credential, network })
  try {
    const identity = await identify(headers, context)
    if (identity.kind !== 'anonymous') remember(credential)
    return identity
  } catch (error) {
    if (error instanceof AppError && error.status === 401) await countFailure({ credential, network })
    throw error
  }
}

interface Origin {
  credential: string
  network: string
}

async function checkFailures(headers: Headers, { credential, network }: Origin): Promise<void> {
  if ((await failures.get(credential))?.remainingPoints === 0) {
    throw new AppError(
      headers.has('authorization') ? 'not-authenticated' : 'session-expired',
      'The same credential was refused many times just now',
    )
  }
  const ofNetwork = await failures.get(network)
  if (ofNetwork?.remainingPoints !== 0) return
  metrics.httpRateLimited.inc()
  throw new AppError('rate-limited', `More than ${failuresMax} unknown credentials from one network`, {
    details: { limit: failuresMax, retryAfterSeconds: Math.max(1, Math.ceil(ofNetwork.msBeforeNext / 1000)) },
  })
}

/** The many requests of one page whose session has ended count as one stranger. */
async function countFailure({ credential, network }: Origin): Promise<void> {
  known.delete(credential)
  const { consumedPoints } = await failures.penalty(credential)
  if (consumedPoints === 1) await failures.penalty(network)
}

function remember(credential: string): void {
  known.add(credential)
  if (known.size <= knownMax) return
  const [oldest = ''] = known
  known.delete(oldest)
}

/** Undefined when the request brings nothing that could be a credential. */
function fingerprintOf(headers: Headers): string | undefined {
  const [authorization, cookie] = [headers.get('authorization'), headers.get('cookie')]
  if (authorization === null && cookie === null) return undefined
  return hashToken(`${authorization ?? ''}\n${cookie ?? ''}`)
}
