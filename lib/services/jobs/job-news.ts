import { withTenant } from '#lib/db/tenant.ts'
import { log } from '#lib/log.ts'
import { processWide } from '#lib/process-wide.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'

/** At most two live events a second and team from one process, however many jobs change in it. */
const toldEveryMs = 500
/** Ids one event names; with more than that readers look at their lists anyway. */
const namedMax = 50

interface News {
  /** Jobs that changed, by team. */
  changed: Map<string, Set<string>>
  timer: NodeJS.Timeout | undefined
}

const news = processWide('job-news', (): News => ({ changed: new Map(), timer: undefined }))

/**
 * Lets the open pages of a team know that a job has changed, at once or within half a second; call it after commit. Many
 * changes become one `job.changed`. It is no promise: whoever must not miss an end reads the row.
 */
export function tellOfJob(tenantId: string, jobId: string): void {
  const jobs = news.changed.get(tenantId) ?? new Set()
  news.changed.set(tenantId, jobs.add(jobId))
  news.timer ??= setTimeout(() => void flushJobNews(), toldEveryMs)
}

/** Tells what is left to tell, before the process ends. */
export async function flushJobNews(): Promise<void> {
  clearTimeout(news.timer)
  news.timer = undefined
  const changed = [...news.changed]
  news.changed.clear()
  for (const [tenantId, jobs] of changed) await tell(tenantId, [...jobs].slice(0, namedMax))
}

async function tell(tenantId: string, jobIds: string[]): Promise<void> {
  try {
    const seq = await withTenant(tenantId, (db) =>
      appendEvent(db, tenantId, { kind: 'job.changed', payload: { jobIds } }),
    )
    announceEvent(tenantId, seq)
  } catch (error) {
    log().warn({ err: error, tenantId }, 'open pages could not be told that jobs have changed')
  }
}
