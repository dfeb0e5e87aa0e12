import { config } from '#lib/config.ts'
import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { AppError } from '#lib/errors.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { negotiateLocale } from '#lib/i18n/locale.ts'
import { hashToken, newSecretToken } from '#lib/ids.ts'
import { logFailure } from '#lib/log.ts'
import { isMailConfigured, sendMail } from '#lib/mail/send-mail.ts'
import { composeMail } from '#lib/services/mail/compose-mail.ts'
import { addMs, minuteMs } from '#lib/time.ts'
import { resetLifetimeMs } from './start-reset.ts'

const resetsPerRound = 10
/** After 1, 2, 4, 8 and 16 minutes; then the person has asked again or given up. */
const triesMax = 6

interface DueReset {
  id: string
  tries: number
  email: string
  locale: Locale
  token: string
}

/**
 * Mails the links of resets that were asked for; safe to run in every worker. A claim stays due later on, so a mail that a
 * dying process did not send is sent by another, with another link: only the newest one works, since only hashes are kept.
 * An account without a password gets none this way: its identity provider guards it. Gives how many resets were looked at.
 */
export async function mailDueResets(signal: AbortSignal): Promise<number> {
  if (!isMailConfigured()) return 0
  for (let count = 0; count < resetsPerRound; count += 1) {
    // One at a time: what waits in line is not claimed yet, so its claim cannot run out before its mail is sent.
    const { isFound, reset } = await withSystem(claimDueReset)
    if (!isFound) return count
    if (reset) await mailReset(reset, signal)
  }
  return resetsPerRound
}

async function claimDueReset(db: Db): Promise<{ isFound: boolean; reset?: DueReset | undefined }> {
  const [row] = await db.$queryRaw<{ id: string; tries: number; email: string }[]>`
    SELECT "id", "mailTries" + 1 AS "tries", "email" FROM "password_reset"
     WHERE "mailDueAt" <= now() ORDER BY "mailDueAt" LIMIT 1 FOR UPDATE SKIP LOCKED`
  return row ? { isFound: true, reset: await claimReset(db, row) } : { isFound: false }
}

async function claimReset(db: Db, row: Pick<DueReset, 'id' | 'tries' | 'email'>): Promise<DueReset | undefined> {
  const user = await db.user.findFirst({
    where: { email: row.email, credential: { isNot: null } },
    select: { id: true, locale: true },
  })
  if (!user) {
    await db.passwordReset.update({ where: { id: row.id }, data: { mailDueAt: null } })
    return undefined
  }
  const token = newSecretToken('krs')
  const now = new Date()
  await db.passwordReset.update({
    where: { id: row.id },
    data: {
      userId: user.id,
      tokenHash: hashToken(token),
      expiresAt: addMs(now, resetLifetimeMs),
      mailTries: row.tries,
      mailDueAt: row.tries < triesMax ? addMs(now, 2 ** (row.tries - 1) * minuteMs) : null,
    },
  })
  return { ...row, locale: negotiateLocale({ profile: user.locale }), token }
}

async function mailReset({ id, tries, email, locale, token }: DueReset, signal: AbortSignal): Promise<void> {
  const link = `${config().publicUrl}/reset#${token}`
  const params = { email, minutes: String(resetLifetimeMs / minuteMs) }
  try {
    await sendMail(
      { ...composeMail({ locale, kind: 'reset', link, params }), to: email, id: `reset-${id}-${tries}` },
      { signal },
    )
    await withSystem((db) => settle(db, id, tries))
  } catch (error) {
    logFailure(error, 'a password reset could not be mailed')
    if (error instanceof AppError && error.code === 'mail-refused') await withSystem((db) => settle(db, id, tries))
  }
}

/** Nothing more to do, unless another worker has taken it over meanwhile. */
async function settle(db: Db, id: string, tries: number): Promise<void> {
  await db.passwordReset.updateMany({ where: { id, mailTries: tries }, data: { mailDueAt: null } })
}
