import { Resolver } from 'node:dns/promises'
import { z } from 'zod'
import { config } from '#lib/config.ts'
import { AppError } from '#lib/errors.ts'
import { secondMs } from '#lib/time.ts'
import type { Door } from './door.ts'
import { findInHostsFile } from './hosts-file.ts'
import { hasTimedOut } from './interruption.ts'
import type { NamedEndpoint } from './own-endpoint.ts'

/** One question and one repetition per server; a resolver that has not answered by then is as good as none. */
const deadlineMs = 2.5 * secondMs
const firstTryMs = secondMs

/** What the second family is given once the first has answered: some servers never answer one of the two. */
const otherFamilyMs = 0.5 * secondMs

/** No etcd has more members behind one name; an answer beyond this is an attempt to keep us busy. */
const answersMax = 64

/** What the DNS says when it knows for certain that there is nothing. */
const unknownCodes = new Set(['ENOTFOUND', 'ENODATA'])

/**
 * Every address of a name, IPv4 first: what this machine's own file says, else the DNS. Names are absolute: no search domain
 * of this machine is tried. Asked by c-ares and not by `getaddrinfo`, whose waiting would occupy the threads that hash passwords.
 *
 * @throws AppError `name-unknown`, `name-lookup-failed`; the signal's reason when it is aborted
 */
export async function lookUp({ host: name, port }: NamedEndpoint, door: Door): Promise<string[]> {
  door.signal.throwIfAborted()
  const local = findLocal(name)
  if (local.length > 0) return [...local]
  const { addresses, failures } = await ask(name, door)
  if (addresses.length > answersMax) {
    throw new AppError('name-lookup-failed', `${name} has more than ${answersMax} addresses`, {
      details: { host: name, port, reason: 'TOO-MANY-ANSWERS' },
    })
  }
  if (addresses.length > 0) return addresses
  const strange = failures.find(({ code }) => !unknownCodes.has(code))
  if (!strange) throw new AppError('name-unknown', `The DNS knows no ${name}`, { details: { host: name, port } })
  throw new AppError('name-lookup-failed', `The DNS gave no answer about ${name}: ${strange.code}`, {
    cause: strange.cause,
    details: { host: name, port, reason: strange.code },
  })
}

/** `localhost` is this machine whatever the file says, and nobody else is asked about it (RFC 6761 §6.3). */
function findLocal(name: string): readonly string[] {
  const listed = findInHostsFile(name)
  return listed.length === 0 && isLocalhost(name) ? ['127.0.0.1', '::1'] : listed
}

export function isLocalhost(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost')
}

interface Answers {
  addresses: string[]
  failures: { code: string; cause: unknown }[]
}

/** Both families at once. One that gives no answer is no obstacle: only addresses that were seen and judged are ever used. */
async function ask(name: string, { signal, dnsServers }: Door): Promise<Answers> {
  const resolver = new Resolver({ timeout: firstTryMs, tries: 2 })
  const servers = dnsServers ?? config().dnsServers
  if (servers.length > 0) resolver.setServers(servers)
  const stop = () => resolver.cancel()
  const deadlines = [setTimeout(stop, deadlineMs)]
  const hurry = (addresses: string[]) => {
    deadlines.push(setTimeout(stop, otherFamilyMs))
    return addresses
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const questions = [resolver.resolve4(`${name}.`), resolver.resolve6(`${name}.`)]
    const answers = await Promise.allSettled(questions.map((question) => question.then(hurry)))
    if (signal.aborted && !hasTimedOut(signal)) throw signal.reason
    return {
      addresses: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
      failures: answers.flatMap((answer) =>
        answer.status === 'rejected' ? [{ code: codeOf(answer.reason), cause: answer.reason }] : [],
      ),
    }
  } finally {
    for (const deadline of deadlines) clearTimeout(deadline)
    signal.removeEventListener('abort', stop)
  }
}

/** Only our own deadline cancels a question that is still wanted. */
function codeOf(failure: unknown): string {
  const { code } = z.object({ code: z.string() }).catch({ code: 'UNKNOWN' }).parse(failure)
  return code === 'ECANCELLED' ? 'ETIMEOUT' : code
}
