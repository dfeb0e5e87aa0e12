import { z } from 'zod'
import { cleanText } from '#lib/foreign-text.ts'
import type { Entry } from './read-entries.ts'

/** What etcd keeps beside the keys. A member writes more of it the newer it is; what is not there, or not readable, is absent. */
export interface StoreFacts {
  /** The last entry of the raft log that the data hold. */
  readonly consistentIndex: bigint | undefined
  /** From 3.5. */
  readonly term: bigint | undefined
  /** Revisions up to here may be gone; `finished` lags behind while a compaction is under way. */
  readonly compactRevision: { readonly scheduled: bigint | undefined; readonly finished: bigint | undefined }
  /** The version the members had agreed on, such as `3.5.0`. */
  readonly clusterVersion: string | undefined
  /** From 3.6. */
  readonly storageVersion: string | undefined
  readonly isAuthEnabled: boolean
  readonly members: readonly StoredMember[]
  /** From 3.5: member ids by their say in the raft group. */
  readonly voterIds: readonly bigint[] | undefined
  readonly learnerIds: readonly bigint[] | undefined
}

export interface StoredMember {
  readonly id: bigint
  readonly name: string
  readonly isLearner: boolean
  readonly peerUrls: readonly string[]
}

const textMax = 256
const membersMax = 64
const urlsMax = 16
const jsonBytesMax = 64 * 1024

const memberJson = z.object({
  name: z.string().optional(),
  isLearner: z.boolean().optional(),
  peerURLs: z.array(z.string()).nullish(),
})
const id = z.codec(z.string().regex(/^\d{1,20}$/), z.bigint(), { decode: BigInt, encode: String })
const confState = z.object({ voters: z.array(id).nullish(), learners: z.array(id).nullish() })

/** Collects the facts while the buckets are walked. */
export class StoreFactsReader {
  readonly #found = new Map<string, Buffer>()
  readonly #members: StoredMember[] = []

  see(bucket: string, { bytes, keyStart, keyEnd, valueStart, valueEnd, hiddenBytes }: Entry): void {
    if (hiddenBytes > 0 || valueEnd - valueStart > jsonBytesMax || keyEnd - keyStart > textMax) return
    const name = `${bucket}/${bytes.toString('latin1', keyStart, keyEnd)}`
    if (wanted.has(name)) this.#found.set(name, Buffer.from(bytes.subarray(valueStart, valueEnd)))
    if (bucket !== 'members' || this.#members.length === membersMax) return
    const member = toMember(name.slice('members/'.length), bytes.toString('utf8', valueStart, valueEnd))
    if (member) this.#members.push(member)
  }

  result(): StoreFacts {
    const raft = confState.safeParse(parseJson(this.#text('meta/confState')))
    return {
      consistentIndex: this.#number('meta/consistent_index'),
      term: this.#number('meta/term'),
      compactRevision: {
        scheduled: this.#number('meta/scheduledCompactRev'),
        finished: this.#number('meta/finishedCompactRev'),
      },
      clusterVersion: this.#text('cluster/clusterVersion'),
      storageVersion: this.#text('meta/storageVersion'),
      isAuthEnabled: this.#found.get('auth/authEnabled')?.[0] === 1,
      members: this.#members,
      voterIds: raft.data?.voters ?? undefined,
      learnerIds: raft.success ? (raft.data.learners ?? []) : undefined,
    }
  }

  /** Big-endian, as etcd writes them; of a revision, the main part. */
  #number(name: string): bigint | undefined {
    const bytes = this.#found.get(name)
    return bytes && bytes.length >= 8 ? bytes.readBigUInt64BE(0) : undefined
  }

  #text(name: string): string | undefined {
    const text = this.#found.get(name)?.toString('utf8')
    if (text === undefined) return undefined
    return name === 'meta/confState' ? text : cleanText(text, textMax)
  }
}

const wanted = new Set([
  'meta/consistent_index',
  'meta/term',
  'meta/scheduledCompactRev',
  'meta/finishedCompactRev',
  'meta/confState',
  'meta/storageVersion',
  'cluster/clusterVersion',
  'auth/authEnabled',
])

/** A member lies under its id in hexadecimal; the same id in the JSON is a number that JavaScript cannot hold. */
function toMember(key: string, text: string): StoredMember | undefined {
  const { data } = memberJson.safeParse(parseJson(text))
  if (!data || !/^[0-9a-f]{1,16}$/.test(key)) return undefined
  return {
    id: BigInt(`0x${key}`),
    name: cleanText(data.name ?? '', textMax),
    isLearner: data.isLearner ?? false,
    peerUrls: (data.peerURLs ?? []).slice(0, urlsMax).map((url) => cleanText(url, textMax)),
  }
}

/** Numbers come as they are written, as text: those of etcd have 64 bits. `undefined` for what is no JSON. */
function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '', (_key: string, value: unknown, ...more: { source?: string }[]) =>
      typeof value === 'number' ? more[0]?.source : value,
    )
  } catch {
    return undefined
  }
}
