import type { EtcdUser } from '#lib/contracts/cluster-access.ts'
import type { RowProblem } from '#lib/contracts/cluster-imports.ts'
import type { UpdateCluster } from '#lib/contracts/clusters.ts'
import type { Db } from '#lib/db/pools.ts'
import { AppError } from '#lib/errors.ts'
import { touchesAccess } from '#lib/services/clusters/access-change.ts'
import { addCluster } from '#lib/services/clusters/add-cluster.ts'
import { changeCluster } from '#lib/services/clusters/change-cluster.ts'
import type { ClusterRow } from '#lib/services/clusters/cluster-rows.ts'
import { getClusterRow, storedTls } from '#lib/services/clusters/cluster-rows.ts'
import { openCredential } from '#lib/services/clusters/cluster-secrets.ts'
import type { Outcome } from '#lib/services/mutate.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import type { AuditAuthor } from '#lib/tenancy/audit-log.ts'
import { recordAudit } from '#lib/tenancy/audit-log.ts'
import { appendEvent } from '#lib/tenancy/events.ts'
import type { QuotaLimits } from '#lib/tenancy/quotas.ts'
import type { Found } from './judge-row.ts'
import { changeSaidBy } from './row-change.ts'
import type { OpenRow, RowOutcome } from './work-on-rows.ts'

interface Entry {
  row: OpenRow
  found: Found
  problems: RowProblem[]
  quotas: QuotaLimits
}

/**
 * Brings the cluster of one row in: makes it, or changes the one of that name to what the row says. What a row does not say
 * stays, so an import without passwords takes none away.
 *
 * @throws AppError `quota-exceeded`, `conflict`
 */
export async function enterRow(
  db: Db,
  author: AuditAuthor,
  { row, found, problems, quotas }: Entry,
): Promise<RowOutcome> {
  const { body, seen } = found
  // Two imports of one list: the second waits here, and then finds what the first has made.
  await lockTeam(db, author.tenantId)
  const existing = await db.cluster.findUnique({
    where: { tenantId_name: { tenantId: author.tenantId, name: body.name } },
    select: { id: true },
  })
  if (existing?.id !== found.row?.id) throw new AppError('conflict', `Cluster ${body.name} came or went meanwhile`)
  if (!found.row) {
    const { result } = await tell(db, author, await addCluster(db, author, { body, seen, quotas }))
    return { state: 'created', problems, clusterId: result.id }
  }
  const clusterId = found.row.id
  const current = await getClusterRow(db, author.tenantId, clusterId)
  const change = await differencesOf(db, current, changeSaidBy(row.input, body))
  if (!change) return { state: 'unchanged', problems, clusterId }
  // The row as it was when it was looked at: what was changed since then by hand was not tried with this.
  const tried = touchesAccess(change) ? { seen } : {}
  await tell(db, author, await changeCluster(db, author, { row: found.row, change, ...tried }))
  return { state: 'changed', problems, clusterId }
}

async function tell<T>(db: Db, author: AuditAuthor, outcome: Outcome<T>): Promise<Outcome<T>> {
  await recordAudit(db, author, outcome)
  if (outcome.event) await appendEvent(db, author.tenantId, outcome.event)
  return outcome
}

/** What of a change is another than what is stored; undefined where nothing is. */
async function differencesOf(db: Db, row: ClusterRow, change: UpdateCluster): Promise<UpdateCluster | undefined> {
  const { reader, root, tls, acceptFailing, acceptAnother, ...plain } = change
  const plainDifferences = Object.entries(plain).filter(
    ([field, value]) => !isSame(row[field as keyof ClusterRow], value),
  )
  const credentials = [
    ...(reader && !isUser(await openCredential(db, row, 'reader'), reader) ? [['reader', reader] as const] : []),
    ...(root && !isUser(await openCredential(db, row, 'root'), root) ? [['root', root] as const] : []),
    ...(tls && !(await holdsTls(db, row, tls)) ? [['tls', tls] as const] : []),
  ]
  const differences = [...plainDifferences, ...credentials]
  return differences.length > 0 ? { acceptFailing, acceptAnother, ...Object.fromEntries(differences) } : undefined
}

function isUser(stored: { username: string; secret: string } | undefined, user: EtcdUser): boolean {
  return stored?.username === user.username && stored.secret === user.password
}

async function holdsTls(db: Db, row: ClusterRow, tls: NonNullable<UpdateCluster['tls']>): Promise<boolean> {
  const { clientKeyPem, ...open } = tls
  const stored: Record<string, unknown> = storedTls.parse(row.tls)
  if (!Object.entries(open).every(([field, value]) => stored[field] === value)) return false
  return clientKeyPem === undefined || (await openCredential(db, row, 'client-key'))?.secret === clientKeyPem
}

function isSame(stored: unknown, wanted: unknown): boolean {
  return JSON.stringify(sorted(stored)) === JSON.stringify(sorted(wanted))
}

/** PostgreSQL keeps the fields of an object in an order of its own. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
