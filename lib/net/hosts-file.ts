import { readFileSync } from 'node:fs'
import { parseIpAddress } from '#lib/ip-address.ts'
import { secondMs } from '#lib/time.ts'

const path = '/etc/hosts'
const keptMs = 5 * secondMs

type Hosts = ReadonlyMap<string, readonly string[]>

let kept: { hosts: Hosts; until: number } | undefined

/** The addresses this machine gives a name by itself; none where only the DNS can tell. */
export function findInHostsFile(name: string): readonly string[] {
  if (!kept || kept.until < Date.now()) kept = { hosts: parseHosts(readHosts()), until: Date.now() + keptMs }
  return kept.hosts.get(name) ?? []
}

/** Reads lines of `address name name # comment`; what is no address names nobody. */
export function parseHosts(text: string): Hosts {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/s, '').trim().split(/\s+/)
    if (!parseIpAddress(address)) continue
    for (const name of names.map((one) => one.toLowerCase())) {
      const addresses = hosts.get(name) ?? []
      if (!addresses.includes(address)) hosts.set(name, [...addresses, address])
    }
  }
  return hosts
}

/** Read in one go and not by the thread pool, which the hashing of passwords may occupy; a machine may have no such file. */
function readHosts(): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
