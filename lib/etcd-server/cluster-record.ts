import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const processMark = z.object({ pid: z.int().positive(), startedAt: z.string() })

const memberRecord = z.object({
  name: z.string(),
  clientPort: z.int(),
  peerPort: z.int(),
  /** Of the process last started for it. */
  process: processMark.optional(),
})

const clusterRecord = z.object({
  /** Of etcd */
  version: z.string(),
  listenHost: z.string(),
  /** Keeps clusters apart that come to use the same ports one after the other. */
  token: z.string(),
  tls: z.enum(['none', 'server', 'mutual']),
  /** Until all members have served once, there is nothing in them worth keeping. */
  state: z.enum(['starting', 'ready']),
  /** Whether the folder goes when the cluster is stopped. */
  removesData: z.boolean(),
  members: z.array(memberRecord),
})

export type MemberRecord = z.infer<typeof memberRecord>

/** What stands in `cluster.json` of a data folder: enough to know the cluster again after its owner was killed. */
export type ClusterRecord = z.infer<typeof clusterRecord>

const fileName = 'cluster.json'

/** The record of a data folder; undefined when there is none, or none that can be read. */
export function findClusterRecord(dataDir: string): ClusterRecord | undefined {
  try {
    return clusterRecord.parse(JSON.parse(readFileSync(join(dataDir, fileName), 'utf8')))
  } catch {
    return undefined
  }
}

/** Written beside its place and moved there: a reader sees the old record or the new one. */
export function writeClusterRecord(dataDir: string, record: ClusterRecord): void {
  const temporary = join(dataDir, `${fileName}.${randomUUID()}`)
  writeFileSync(temporary, JSON.stringify(record, undefined, 2), { mode: 0o600 })
  renameSync(temporary, join(dataDir, fileName))
}
