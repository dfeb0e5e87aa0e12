import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { dayMs, hourMs, secondMs } from '#lib/time.ts'
import type { Count, Counter } from './attempt-counters.ts'
import {
  blockCounter,
  countAttempts,
  counterKey,
  dropCounters,
  readCounts,
  setMark,
  uncountAttempts,
} from './attempt-counters.ts'
import { clientNetwork } from './client-network.ts'

// Attempts are counted before the password is looked at and given back when it was right: a thousand requests at once pay for
// a thousand attempts, not for one.

type Limit = Pick<Counter, 'attemptsMax' | 'windowMs' | 'blockMs'>

/** 10 wrong passwords for one account from one network in an hour: an hour's pause for that pair (ASVS 5.0 6.3.1). */
const pairLimit: Limit = { attemptsMax: 10, windowMs: hourMs, blockMs: () => hourMs }
/** 100 wrong passwords from one network in a day, whatever the accounts: a day's pause for accounts not known there. */
const networkLimit: Limit = { attemptsMax: 100, windowMs: dayMs, blockMs: () => dayMs }
/**
 * 20 wrong passwords for one account in a day from wherever: from then on one attempt every 2 s, up to every 30 s. Nobody
 * is locked out by that: networks where the account is known are exempt.
 */
const accountLimit: Limit = {
  attemptsMax: 20,
  windowMs: dayMs,
  blockMs: (attempts) => Math.min(30, 2 * Math.ceil(attempts / 20)) * secondMs,
}
/** 10 wrong passwords an hour for one who is signed in: they close neither their network nor their own next sign-in. */
const sessionLimit: Limit = pairLimit

/** 30 accounts founded from one network in a day: a class or an office does not need more, a script would. */
const signUpsMax = 30

/** How long after the last sign-in from a network an account is still known there. */
const knownMs = 90 * dayMs

/** Who tries to sign in, and from where. */
export interface Attempt {
  email: string
  ip: string
}

/** Somebody signed in who proves once more who they are. */
export interface Proof {
  email: string
  sessionId: string
}

/** How an attempt goes on. */
export interface Admission {
  /** Whether its password is looked at. */
  isOpen: boolean
  /** How long everybody is told to wait whom nothing spares; 0 where nobody has to. */
  pauseMs: number
}

interface Counters {
  pair: Counter
  network: Counter
  account: Counter
}

function countersOf({ email, ip }: Attempt): Counters {
  const network = clientNetwork(ip)
  return {
    pair: { key: counterKey('pair', email, network), ...pairLimit },
    network: { key: counterKey('network', network), ...networkLimit },
    account: { key: counterKey('account', email), ...accountLimit },
  }
}

const sessionCounter = ({ email, sessionId }: Proof): Counter => ({
  key: counterKey('session', sessionId, email),
  ...sessionLimit,
})

const markOf = ({ email, ip }: Attempt) => ({ key: counterKey('known', email, clientNetwork(ip)), windowMs: knownMs })

/**
 * Counts one attempt to sign in, before any hashing. Where the network or the account pauses, accounts known in this network
 * are spared: one script in an office must not shut out everybody who works there. Spared attempts count on their pair alone,
 * so they guess no faster and make nobody's pause longer.
 *
 * No answer tells who is known. One query by primary key looks, and without a pause its answer changes nothing. In a pause
 * the pair is counted for everybody, so that later on none is nearer to its own pause; and the caller answers what is not
 * open, and what is spared in vain, in the same words after the same time (`checkPassword`). An attempt that is not open
 * costs that look and that count; none of them costs a hash, and from the tenth on a pair costs the look alone.
 *
 * @throws AppError `too-many-attempts` with the seconds to wait while the pair pauses, which binds everybody alike
 */
export async function beginAttempt(db: Db, attempt: Attempt): Promise<Admission> {
  const counters = countersOf(attempt)
  const { isKnown, pauseMs } = await look(db, attempt, counters)
  if (pauseMs === 0) return await countAll(db, counters, isKnown)
  await countStrictly(db, [counters.pair])
  return { isOpen: isKnown, pauseMs }
}

/**
 * The same for signing up, where nobody is spared: whoever is known has an account, and its answers tell which are taken.
 *
 * @throws AppError `too-many-attempts`
 */
export async function beginSignUp(db: Db, attempt: Attempt): Promise<void> {
  const counters = countersOf(attempt)
  const { pauseMs } = await look(db, attempt, counters)
  if (pauseMs > 0) refuseAttempt(pauseMs)
  const admission = await countAll(db, counters, false)
  if (!admission.isOpen) refuseAttempt(admission.pauseMs)
}

/** Counts one password of somebody signed in, by their session and account alone; throws as `beginAttempt`. */
export async function beginProof(db: Db, proof: Proof): Promise<void> {
  const counter = sessionCounter(proof)
  refuseWhile((await readCounts(db, [counter.key])).get(counter.key))
  await countStrictly(db, [counter])
}

/** Gives back an attempt whose password was right; the pair starts afresh, the others lose this one only. */
export async function forgiveAttempt(db: Db, attempt: Attempt, { pauseMs }: Pick<Admission, 'pauseMs'>): Promise<void> {
  const { pair, network, account } = countersOf(attempt)
  // All three are taken at once, in the order in which they are counted: never the pair alone while another holds the rest.
  if (pauseMs === 0) await uncountAttempts(db, [pair, network, account])
  await dropCounters(db, [pair.key])
}

/** Gives back an attempt whose password nobody looked at. */
export async function withdrawAttempt(
  db: Db,
  attempt: Attempt,
  { pauseMs }: Pick<Admission, 'pauseMs'>,
): Promise<void> {
  const { pair, network, account } = countersOf(attempt)
  await uncountAttempts(db, pauseMs === 0 ? [pair, network, account] : [pair])
}

/** Gives back what was counted on the session: the password was right. */
export async function forgiveProof(db: Db, proof: Proof): Promise<void> {
  await dropCounters(db, [sessionCounter(proof).key])
}

/** Gives back one password of a session that nobody looked at. */
export async function withdrawProof(db: Db, proof: Proof): Promise<void> {
  await uncountAttempts(db, [sessionCounter(proof)])
}

/** Makes the account known in this network: somebody signed in to it from there. */
export async function rememberNetwork(db: Db, attempt: Attempt): Promise<void> {
  await setMark(db, markOf(attempt))
}

/** Whether somebody signed in to the account from this network within 90 days. */
export async function isKnownThere(db: Db, attempt: Attempt): Promise<boolean> {
  const { key } = markOf(attempt)
  return isMarked((await readCounts(db, [key])).get(key))
}

/**
 * Forgets what was counted against an account and its pair with this network, and makes it known there: the person has
 * proved who they are by mail.
 */
export async function forgetAttempts(db: Db, attempt: Attempt): Promise<void> {
  const { pair, account } = countersOf(attempt)
  await dropCounters(db, [pair.key, account.key])
  await rememberNetwork(db, attempt)
}

/**
 * Counts one account made from that network; to be called in the transaction that makes it, as the last of its work.
 *
 * @throws AppError `too-many-attempts` beyond 30 a day
 */
export async function countSignUp(db: Db, ip: string): Promise<void> {
  const key = counterKey('sign-up', clientNetwork(ip))
  const count = (await countAttempts(db, [{ key, windowMs: dayMs }])).get(key)
  if (count && count.attempts > signUpsMax) refuseAttempt(count.windowLeftMs)
}

/** @throws AppError `too-many-attempts`, in the same words whether the account exists or not */
export function refuseAttempt(waitMs: number): never {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / secondMs))
  throw new AppError('too-many-attempts', 'Too many wrong passwords', { details: { retryAfterSeconds } })
}

async function look(db: Db, attempt: Attempt, { pair, network, account }: Counters) {
  const { key } = markOf(attempt)
  const counts = await readCounts(db, [pair.key, network.key, account.key, key])
  refuseWhile(counts.get(pair.key))
  const pauseMs = Math.max(counts.get(network.key)?.waitMs ?? 0, counts.get(account.key)?.waitMs ?? 0)
  return { isKnown: isMarked(counts.get(key)), pauseMs }
}

/** Between looking and counting others may have used up the last attempt: then this one is as late as if it had seen that. */
async function countAll(db: Db, counters: Counters, isKnown: boolean): Promise<Admission> {
  const { pair, network, account } = counters
  const counts = await countStrictly(db, [pair, network, account], [pair])
  const pauseMs = Math.max(counts.get(network.key)?.waitMs ?? 0, counts.get(account.key)?.waitMs ?? 0)
  if (pauseMs > 0) await uncountAttempts(db, [network, account])
  return { isOpen: pauseMs === 0 || isKnown, pauseMs }
}

/** Counts, refuses while one of the binding ones pauses, and starts the pauses that are due. */
async function countStrictly(db: Db, counters: readonly Counter[], binding = counters): Promise<Map<string, Count>> {
  const counts = await countAttempts(db, counters)
  for (const { key } of binding) refuseWhile(counts.get(key))
  for (const counter of counters) {
    const count = counts.get(counter.key)
    if (count && count.waitMs === 0 && count.attempts >= counter.attemptsMax)
      await blockCounter(db, counter, count.attempts)
  }
  return counts
}

function refuseWhile(count: Count | undefined): void {
  if (count && count.waitMs > 0) refuseAttempt(count.waitMs)
}

const isMarked = (mark: Count | undefined) => mark !== undefined && mark.windowLeftMs > 0
