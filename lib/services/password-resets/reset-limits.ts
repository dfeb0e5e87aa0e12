import type { Db } from '#lib/db/pools.ts'
import type { Count, Counted } from '#lib/tenancy/attempt-counters.ts'
import { countAttempts, counterKey, dropCounters } from '#lib/tenancy/attempt-counters.ts'
import { clientNetwork } from '#lib/tenancy/client-network.ts'
import type { Attempt } from '#lib/tenancy/login-throttle.ts'
import { isKnownThere } from '#lib/tenancy/login-throttle.ts'
import { hourMs } from '#lib/time.ts'

/** Mails in an hour that strangers cause to one address, and as many from the networks where the account is known. */
const mailsPerHourMax = 3
/** Requests from one network in an hour, whatever the addresses: an office's bad Monday, not a list of strangers to annoy. */
const requestsPerNetworkMax = 20

/**
 * Counts one request for a reset mail and says whether it is sent. Strangers cannot use up what the owner has: networks
 * where the account is known have a count of their own, and need not care who else asks from there. And whoever is refused
 * because of the address finds a link in the mailbox that still works: each lives for an hour from its mail on, the count
 * for an hour from the first request.
 *
 * Each count is one statement that holds its row until commit, so requests at the same moment are counted one by one. Known
 * or not, refused or not, as many statements run: the time tells nobody which accounts are known in a network.
 */
export async function countResetRequest(db: Db, { email, ip }: Attempt): Promise<boolean> {
  const network = clientNetwork(ip)
  const isKnown = await isKnownThere(db, { email, ip })
  const ofNetwork = await countOne(db, counterOf('network', network))
  if (isKnown) return (await countOne(db, counterOf('known', email))).attempts <= mailsPerHourMax
  const isWithin = ofNetwork.attempts <= requestsPerNetworkMax
  // What a network asks for in vain must not use up what others may cause to the address.
  const ofAddress = await countOne(db, isWithin ? counterOf('strangers', email) : counterOf('refused', network))
  return isWithin && ofAddress.attempts <= mailsPerHourMax
}

/** Begins to count afresh: the links that were mailed are used up or taken back with it. */
export async function forgetResetRequests(db: Db, email: string): Promise<void> {
  await dropCounters(db, [counterOf('known', email).key, counterOf('strangers', email).key])
}

const counterOf = (...parts: string[]): Counted => ({ key: counterKey('reset', ...parts), windowMs: hourMs })

async function countOne(db: Db, counter: Counted): Promise<Count> {
  const count = (await countAttempts(db, [counter])).get(counter.key)
  if (!count) throw new Error('an upsert gave no row')
  return count
}
