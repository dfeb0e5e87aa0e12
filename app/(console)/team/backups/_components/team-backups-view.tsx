'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { SettingsBelowProvider } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/settings-below.tsx'
import { TeamTabs } from '#app/(console)/team/_components/team-tabs.tsx'
import type { TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { teamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'
import { TeamBackupsForm } from './team-backups-form.tsx'

const answer = z.object({ data: teamBackupSettingsView })
const targets = z.object({ data: z.array(targetView) })

/** How clusters of the team are backed up that set nothing themselves. */
export function TeamBackupsView({ initial }: { initial: TeamBackupSettingsView }) {
  const t = useTranslations('backups.settings')
  const { data, error } = useApiQuery('/backup-settings', answer, { initialData: { data: initial } })
  const view = data?.data ?? initial
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} />
      <TeamTabs />
      <div className="flex flex-col gap-5">
        <FailureAlert error={error} />
        <DefaultTarget targetId={view.defaultTargetId} />
        <SettingsBelowProvider below="product">
          <TeamBackupsForm view={view} />
        </SettingsBelowProvider>
      </div>
    </>
  )
}

/** Where backups go, which is set elsewhere. */
function DefaultTarget({ targetId }: { targetId: string | null }) {
  const t = useTranslations('backups.settings')
  const { data } = useApiQuery('/storage-targets', targets, { enabled: targetId !== null })
  const name = data?.data.find(({ id }) => id === targetId)?.name
  if (targetId !== null && name === undefined) return null
  return (
    <p>
      {name === undefined ? t('storageNone') : t('storage', { name })}{' '}
      <TextLink href="/storage">{t('toStorage')}</TextLink>
    </p>
  )
}
