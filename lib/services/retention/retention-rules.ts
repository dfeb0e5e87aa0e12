import { dayMs, hourMs } from '#lib/time.ts'

/** How long rows of one table are kept. `where` is SQL over the table's own columns; `$1` is the time before which rows go. */
export interface RetentionRule {
  table: string
  /** Which rows, in words: for the documentation. */
  rows: string
  keepMs: number
  where: string
  /** Where the row stays and only this column of it is emptied. */
  column?: string
  /** Rows nobody changes any more: there is nobody to step aside for, and the login may not even lock them. */
  isAppendOnly?: boolean
}

/** What is thrown away, and when. Tables that are not named here keep their rows as long as their team or person exists. */
export const retentionRules: readonly RetentionRule[] = [
  {
    table: 'session',
    rows: 'sessions that have expired or were ended',
    keepMs: 30 * dayMs,
    where: '"expiresAt" < $1 OR "revokedAt" < $1',
  },
  { table: 'event', rows: 'live events', keepMs: 24 * hourMs, where: '"at" < $1', isAppendOnly: true },
  {
    table: 'idempotency_key',
    rows: 'answers to repeated requests',
    keepMs: 24 * hourMs,
    where: '"createdAt" < $1',
    isAppendOnly: true,
  },
  { table: 'password_reset', rows: 'password resets that have expired', keepMs: dayMs, where: '"expiresAt" < $1' },
  {
    table: 'login_throttle',
    rows: 'counts of failed sign-ins and marks of known networks whose time has ended',
    keepMs: 0,
    where: '"windowEndsAt" < $1 AND ("blockedUntil" IS NULL OR "blockedUntil" < $1)',
  },
  { table: 'invitation', rows: 'invitations that have expired', keepMs: 30 * dayMs, where: '"expiresAt" < $1' },
  {
    table: 'invitation',
    rows: 'tokens kept to be mailed, of invitations that have expired',
    keepMs: 0,
    where: '"expiresAt" < $1 AND "tokenSealed" IS NOT NULL',
    column: 'tokenSealed',
  },
  {
    table: 'job',
    rows: 'jobs of schedules that went well',
    keepMs: dayMs,
    where: `"finishedAt" < $1 AND "scheduleId" IS NOT NULL AND "state" = 'done'`,
  },
  { table: 'job', rows: 'jobs that have ended', keepMs: 30 * dayMs, where: '"finishedAt" < $1' },
  {
    table: 'finding',
    rows: 'findings that were resolved',
    keepMs: 400 * dayMs,
    where: '"resolvedAt" < $1',
    isAppendOnly: true,
  },
  // What they were, and why they went; their objects are gone since the day they were deleted.
  {
    table: 'backup',
    rows: 'entries of backups that were deleted, with their drills',
    keepMs: 400 * dayMs,
    where: '"deletedAt" < $1',
    isAppendOnly: true,
  },
  {
    table: 'cluster_import',
    rows: 'lists of clusters that were imported or given up',
    keepMs: 30 * dayMs,
    where: '"finishedAt" < $1',
    isAppendOnly: true,
  },
  {
    table: 'cluster_import',
    rows: 'lists of clusters nobody has decided on, with the sealed passwords in them',
    keepMs: 7 * dayMs,
    where: '"finishedAt" IS NULL AND "createdAt" < $1',
    isAppendOnly: true,
  },
]

/** How long audit events are kept, by plan of the team. */
export const auditKeepMs = {
  community: 90 * dayMs,
  business: 400 * dayMs,
  enterprise: 2_555 * dayMs,
} as const
