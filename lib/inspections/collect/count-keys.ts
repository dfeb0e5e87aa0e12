import type { EtcdEndpoint } from '#lib/etcd/connection.ts'
import type { EtcdClient } from '#lib/etcd/etcd-client.ts'
import { prefixRange } from '#lib/etcd/keys.ts'
import { cleanText } from '#lib/foreign-text.ts'
import { secondMs } from '#lib/time.ts'
import type { KeyGroup } from '#lib/values/key-groups.ts'
import { groupOf, wellKnownGroups } from '#lib/values/key-groups.ts'
import type { Fact, KeyCounts } from '../facts.ts'
import { seenValue } from '../facts.ts'
import { cutKeyPrefix, readKeyPrefix, writeKeyPrefix } from '../key-prefix.ts'
import type { Brought, Errand } from './errand.ts'
import type { ErrandBook } from './memory.ts'
import { factOf, notKnown } from './problem.ts'
import { quietEndpoint } from './quiet-endpoint.ts'

/** Of one count: etcd walks over its index, a million keys in about a tenth of a second. */
const countMs = 5 * secondMs
/**
 * Up to so many keys the groups there are are found by jumping from one to the next, for which etcd counts what lies behind
 * each time. Beyond, only groups that are known beforehand are counted.
 */
const lookedThroughMax = 100_000n
const groupsMax = 100
const nameLengthMax = 300

type Counted = KeyCounts['prefixes'][number]

/** How many keys there are, and of which kind: counts alone, at one member, one after the other. No value is read. */
export async function countKeys(errand: Errand, book: ErrandBook): Promise<Brought> {
  const { facts, order, endpoints } = errand
  const endpoint = quietEndpoint(facts.members, endpoints)
  const keys: Fact<KeyCounts> = endpoint
    ? await factOf(new Count(errand, endpoint).take())
    : notKnown(order.at, 'etcd-unavailable')
  const known = 'problem' in keys && 'value' in facts.keys && endpoint === undefined ? facts.keys : keys
  const keysAt = endpoint ? order.at : book.keysAt
  return { facts: { ...facts, keys: known }, book: { ...book, keysAt } }
}

class Count {
  readonly #client: EtcdClient
  readonly #options: { endpoint: EtcdEndpoint; signal: AbortSignal; timeoutMs: number }
  readonly #known: readonly KeyGroup[]

  constructor({ entrance, facts, signal }: Errand, endpoint: EtcdEndpoint) {
    this.#client = entrance.client
    this.#options = { endpoint, signal, timeoutMs: countMs }
    this.#known = [...wellKnownGroups, ...(seenValue(facts.keys)?.prefixes ?? [])]
  }

  async take(): Promise<KeyCounts> {
    const total = await this.#count('')
    const prefixes = total <= lookedThroughMax ? await this.#lookThrough() : await this.#countKnown()
    return { total, prefixes }
  }

  async #lookThrough(): Promise<Counted[]> {
    const counted: Counted[] = []
    const all = prefixRange(Buffer.alloc(0))
    for (let range = all; counted.length < groupsMax; ) {
      const { entries } = await this.#client.keys.page({ ...this.#options, range, limit: 1, keysOnly: true })
      const [first] = entries
      if (!first) break
      const { prefix, name } = groupOf(first.key.toString('latin1'))
      const bytes = cutKeyPrefix(bytesOf(prefix))
      counted.push(await this.#countGroup({ prefix: writeKeyPrefix(bytes), name: shown(name) }))
      const { end } = prefixRange(bytes)
      if (!end || end.equals(all.key) || prefix === '') break
      range = { ...all, key: end }
    }
    return counted
  }

  async #countKnown(): Promise<Counted[]> {
    const counted = new Map<string, Counted>()
    const roots = new Map<string, bigint>()
    for (const group of this.#known) {
      const [root = ''] = /^\/[^/]+\//.exec(group.prefix) ?? []
      if (root && !roots.has(root)) roots.set(root, await this.#count(root))
      if (counted.has(group.prefix) || (root && roots.get(root) === 0n)) continue
      const one = await this.#countGroup(group)
      if (one.keys > 0n) counted.set(group.prefix, one)
    }
    return [...counted.values()]
  }

  async #countGroup({ prefix, name }: KeyGroup): Promise<Counted> {
    return { prefix, name, keys: await this.#count(prefix) }
  }

  /** Of a prefix as it is kept. */
  async #count(prefix: string): Promise<bigint> {
    const { count } = await this.#client.keys.count({ ...this.#options, range: prefixRange(readKeyPrefix(prefix)) })
    return count
  }
}

/** Keys are bytes: each is a character here, so that none is lost on the way back. */
function bytesOf(prefix: string): Buffer {
  return Buffer.from(prefix, 'latin1')
}

function shown(name: string): string {
  return cleanText(bytesOf(name).toString('utf8'), nameLengthMax)
}
