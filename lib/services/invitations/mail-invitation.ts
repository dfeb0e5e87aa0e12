import type { Db } from '#lib/db/pools.ts'
import { withSystem } from '#lib/db/system.ts'
import { withTenant } from '#lib/db/tenant.ts'
import { faultPoint } from '#lib/fault-points.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { htmlLangOf, negotiateLocale } from '#lib/i18n/locale.ts'
import { sendMail } from '#lib/mail/send-mail.ts'
import type { Delivery } from '#lib/queue/delivery.ts'
import { holdJob } from '#lib/services/jobs/claim-job.ts'
import { composeMail } from '#lib/services/mail/compose-mail.ts'
import { announceEvent, appendEvent } from '#lib/tenancy/events.ts'
import { openTenantSecret } from '#lib/tenancy/tenant-keys.ts'
import { invitationLink } from './invitation-link.ts'
import { inState } from './invitation-rows.ts'

interface OpenInvitation {
  id: string
  email: string
  invitedBy: string
  expiresAt: Date
  token: string
  team: { name: string; timeZone: string }
}

/**
 * Mails an invitation its link, then forgets the token that was kept for it. Does nothing when the mail is out already, or
 * the invitation no longer open. A crash between the server's word and ours sends the same mail again, under the same id.
 */
export async function mailInvitation(
  job: Delivery & { signal: AbortSignal },
  { invitationId }: { invitationId: string },
): Promise<void> {
  const { tenantId, signal } = job
  const invitation = await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    return await findUnmailed(db, tenantId, invitationId)
  })
  if (!invitation) return
  const { email, invitedBy, team, token } = invitation
  const locale = await localeFor([email, invitedBy])
  const params = { inviter: invitedBy, team: team.name, expiresAt: sayWhen(invitation, locale) }
  const letter = composeMail({ locale, kind: 'invitation', link: invitationLink(token), params })
  await sendMail({ ...letter, to: email, id: `invitation-${invitationId}` }, { signal })
  faultPoint('half-way')
  const eventSeq = await withTenant(tenantId, async (db) => {
    await holdJob(db, job)
    await db.invitation.updateMany({
      where: { tenantId, id: invitationId },
      data: { mailedAt: new Date(), tokenSealed: null },
    })
    return await appendEvent(db, tenantId, { kind: 'invitation.mailed', payload: { invitationId } })
  })
  announceEvent(tenantId, eventSeq)
}

async function findUnmailed(db: Db, tenantId: string, id: string): Promise<OpenInvitation | undefined> {
  const row = await db.invitation.findFirst({
    where: { tenantId, id, mailedAt: null, ...inState('pending', new Date()), tenant: { closingAt: null } },
    include: { tenant: { select: { name: true, timeZone: true } } },
  })
  if (!row?.tokenSealed) return undefined
  const { email, invitedBy, expiresAt, tokenSealed, tenant } = row
  const place = { tenantId, table: 'invitation', row: id, column: 'tokenSealed' }
  return { id, email, invitedBy, expiresAt, team: tenant, token: await openTenantSecret(db, tokenSealed, place) }
}

/** The language of the first of these addresses that has an account: the invited person's, else the inviter's. */
async function localeFor(emails: readonly string[]): Promise<Locale> {
  const users = await withSystem((db) =>
    db.user.findMany({ where: { email: { in: [...emails] } }, select: { email: true, locale: true } }),
  )
  const owner = emails.map((email) => users.find((user) => user.email === email)).find((user) => user !== undefined)
  return negotiateLocale({ profile: owner?.locale })
}

function sayWhen({ expiresAt, team }: OpenInvitation, locale: Locale): string {
  return new Intl.DateTimeFormat(htmlLangOf(locale), {
    dateStyle: 'long',
    timeStyle: 'long',
    timeZone: team.timeZone,
  }).format(expiresAt)
}
