import { log } from '#lib/log.ts'
import { hourMs, minuteMs, secondMs } from '#lib/time.ts'
import type { MemberFacts } from '../facts.ts'
import { isSeen, votersOf } from '../facts.ts'
import { collectCertificates } from './collect-certificates.ts'
import { collectHashes, keepReadyHashes } from './collect-hashes.ts'
import { collectMetrics } from './collect-metrics.ts'
import { countKeys } from './count-keys.ts'
import type { Brought, Errand } from './errand.ts'
import { isDailyDue, isDue } from './errand.ts'
import type { ErrandBook } from './memory.ts'

/** What is asked more rarely ends by then, whatever is left of it. */
export const errandsMs = 30 * secondMs

const certificatesEveryMs = hourMs
const quotaEveryMs = hourMs
/** Where metrics tell which hashes are ready. */
const readyHashEveryMs = 10 * minuteMs

/** What need not be asked at every collection, in the order in which it is asked. */
const errands: readonly {
  isTime(errand: Errand, book: ErrandBook): boolean
  run(errand: Errand, book: ErrandBook): Promise<Brought>
}[] = [
  {
    isTime: ({ order }, { certificatesAt }) =>
      (order.wanted.has('clientCertificate') || order.wanted.has('members.serverCertificate')) &&
      isDue(order, certificatesAt, certificatesEveryMs),
    run: collectCertificates,
  },
  { isTime: isTimeForMetrics, run: collectMetrics },
  { isTime: wantsHashes, run: collectHashes },
  {
    isTime: ({ order }, { keysAt }) => order.wanted.has('keys') && isDailyDue(order, keysAt),
    run: countKeys,
  },
]

/** Runs what it is time for, one after the other. One that fails brings nothing, and its time is still to come. */
export async function runErrands(errand: Errand, book: ErrandBook): Promise<Brought> {
  let brought: Brought = { facts: errand.facts, book }
  for (const { isTime, run } of errands) {
    const next = { ...errand, facts: brought.facts }
    if (errand.signal.aborted || !isTime(next, brought.book)) continue
    try {
      brought = await run(next, brought.book)
    } catch (error) {
      log().debug({ err: error }, 'what a collection asks more rarely was not told')
    }
  }
  return brought
}

function isTimeForMetrics(errand: Errand, { metricsAt }: ErrandBook): boolean {
  const { order, facts } = errand
  if (wantsHashes(errand) && keepReadyHashes(facts)) return isDue(order, metricsAt, readyHashEveryMs)
  const wantsQuota = order.wanted.has('quota') && facts.members.some(isSilentAboutQuota)
  return wantsQuota && isDue(order, metricsAt, quotaEveryMs)
}

/** Up to 3.5 a member does not tell its quota with its status. */
function isSilentAboutQuota({ status }: MemberFacts): boolean {
  return isSeen(status) && status.value.dbSizeQuotaBytes === undefined
}

/** When they are due hangs on more than the time; a member alone has nobody to be compared with. */
function wantsHashes({ order, facts }: Errand): boolean {
  return order.wanted.has('members.hash') && votersOf(facts).length > 1
}
