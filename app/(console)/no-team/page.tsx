import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { Alert } from '#app/_components/ui/alert.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { CreateTeamForm } from '#app/(console)/_components/teams/create-team-form.tsx'
import { pageTitle } from '#app/(console)/_visit/page-title.ts'
import { selfPage } from '#app/(console)/_visit/self-page.tsx'
import { config } from '#lib/config.ts'
import { RecheckButton } from './recheck-button.tsx'

export const generateMetadata = pageTitle('no-team.title')

export default selfPage(async ({ self }) => {
  if (self.tenant) return redirect('/clusters')
  const t = await getTranslations('no-team')
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader title={t('greeting', { name: self.user.name })} description={t('description')} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Panel title={t('createTitle')} description={t('createDescription')}>
          {config().signUpEnabled ? <CreateTeamForm /> : <Alert live={false}>{t('createClosed')}</Alert>}
        </Panel>
        <Panel title={t('joinTitle')}>
          <p className="mb-4 text-muted">{t('joinDescription', { email: self.user.email })}</p>
          <RecheckButton />
        </Panel>
      </div>
    </div>
  )
})
