import { getTranslations } from 'next-intl/server'
import { parseAsString } from 'nuqs/server'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { listSessions } from '#lib/services/sessions/list-sessions.ts'
import { pageTitle } from '../_visit/page-title.ts'
import { selfPage } from '../_visit/self-page.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { ProfilePanel } from './profile-panel.tsx'
import { SessionsPanel } from './sessions-panel.tsx'
import { SignInMethodsPanel } from './sign-in-methods-panel.tsx'
import { TeamsPanel } from './teams-panel.tsx'

export const generateMetadata = pageTitle('account.title')

export default selfPage(async ({ self, searchParams }) => {
  const [t, sessions] = await Promise.all([getTranslations('account'), listSessions(self, { limit: 50 })])
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <div className="flex max-w-6xl flex-col gap-5">
        <div className="grid items-start gap-5 xl:grid-cols-2">
          <ProfilePanel />
          <div className="flex min-w-0 flex-col gap-5">
            <PasswordPanel isJustChanged={searchParams.changed === 'password'} />
            <SignInMethodsPanel connectError={parseAsString.parseServerSide(searchParams.error)} />
          </div>
        </div>
        <SessionsPanel initialPage={{ data: sessions.items, nextCursor: sessions.nextCursor }} />
        <TeamsPanel />
      </div>
    </>
  )
})
