import { headers } from 'next/headers'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { findVisitor } from '#lib/api/page.ts'
import { config } from '#lib/config.ts'
import { InvitationSteps } from './invitation-steps.tsx'

export const generateMetadata = pageTitle('auth.invitation.title')

export default async function InvitationPage() {
  const visitor = await findVisitor(await headers())
  const { oidc } = config()
  return <InvitationSteps visitorEmail={visitor?.user.email} oidcName={oidc?.name} />
}
