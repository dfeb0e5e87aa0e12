import { z } from 'zod'
import type { Db } from '#lib/db/pools.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { AppError } from '#lib/errors.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { lockTeam } from '#lib/services/team/team-lock.ts'
import type { AuditAuthor } from '#lib/tenancy/audit-log.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { permissionsNow } from '#lib/tenancy/permissions-now.ts'
import type { QuotaLimits } from '#lib/tenancy/quotas.ts'
import { limitsOf } from '#lib/tenancy/quotas.ts'
import { enterRow } from './enter-row.ts'
import { countRows, getImportRecord } from './import-rows.ts'
import { alreadyHere, judgeRowAgain } from './judge-row.ts'
import { takeUpImport } from './take-up-import.ts'
import type { ImportJob, OpenRow, RowOutcome } from './work-on-rows.ts'
import { workOnRows } from './work-on-rows.ts'

const actorKind = z.enum(['user', 'api-key', 'system'])

interface Carrier {
  author: AuditAuthor
  quotas: QuotaLimits
}

/**
 * Brings in every row of an import that passed its look; each is looked at once more, since passwords change overnight. It
 * acts in somebody's name, and only for as long as they may do it themselves.
 *
 * @throws AppError `no-longer-allowed`: rows that are not in yet stay as they were
 */
export async function carryOutImport(job: ImportJob, { importId }: { importId: string }): Promise<object> {
  const { tenantId } = job
  const carrier = await carrierOf(job, importId)
  await takeUpImport(job, { importId, state: 'importing' })
  await workOnRows(job, {
    importId,
    states: ['ready', 'warned'],
    failedState: 'failed',
    isLast: true,
    work: async (row) => await lookAndEnter(job, carrier, row),
  })
  const { seq, counts } = await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    await db.clusterImportRow.updateMany({
      where: { tenantId, importId, sealed: { not: null } },
      data: { sealed: null },
    })
    // One that was given up meanwhile stays that.
    await db.clusterImport.updateMany({
      where: { tenantId, id: importId, state: { in: ['importing', 'checked'] } },
      data: { state: 'done', finishedAt: new Date() },
    })
    return {
      counts: (await countRows(db, tenantId, [importId])).get(importId) ?? {},
      seq: await appendEvent(db, tenantId, { kind: 'cluster-import.changed', payload: { importId } }),
    }
  })
  announceEvent(tenantId, seq)
  return counts
}

async function lookAndEnter({ tenantId, signal }: ImportJob, { author, quotas }: Carrier, row: OpenRow) {
  const { found, state, problems } = await judgeRowAgain(row.input, { tenantId, signal })
  return async (db: Db): Promise<RowOutcome> => {
    await refuseWithoutRight(db, author)
    if (!found || state === 'refused') return { state: 'failed', problems }
    const before = row.problems.filter(({ code }) => code !== alreadyHere.code)
    return await enterRow(db, author, { row, found, problems: problems.length > 0 ? problems : before, quotas })
  }
}

/** Whoever takes a right away takes the team's lock too: it is gone before the row comes in, or only after it is in. */
async function refuseWithoutRight(db: Db, { tenantId, actor }: AuditAuthor): Promise<void> {
  await lockTeam(db, tenantId)
  if ((await permissionsNow(db, tenantId, actor)).has('clusters:write')) return
  throw new AppError('no-longer-allowed', `${actor.kind} ${actor.id} may no longer change clusters of team ${tenantId}`)
}

/** Who answers for what the job does: whoever said that the list is to be imported. */
async function carrierOf({ tenantId, jobId, requestId }: ImportJob, importId: string): Promise<Carrier> {
  return await withTenant(tenantId, async (db) => {
    const { createdBy } = await getImportRecord(db, tenantId, importId)
    const team = await db.tenant.findUniqueOrThrow({
      where: { id: tenantId },
      select: { plan: true, quotaOverrides: true },
    })
    const asked = await db.job.findUniqueOrThrow({
      where: { tenantId_id: { tenantId, id: jobId } },
      select: { actorKind: true, actorId: true, actorLabel: true },
    })
    const actor = {
      kind: actorKind.catch('system').parse(asked.actorKind),
      id: asked.actorId ?? importId,
      label: asked.actorLabel ?? createdBy,
    }
    const author: AuditAuthor = { tenantId, requestId, via: 'worker', actor }
    await refuseWithoutRight(db, author)
    return {
      author,
      quotas: limitsOf(team.plan, team.quotaOverrides),
    }
  })
}
