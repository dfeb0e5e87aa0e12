'use client'

import { useTranslations } from 'next-intl'
import { useApiMutation } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { TeamView as Team } from '#lib/contracts/team.ts'

/** While a team is being deleted: until when, what works meanwhile, and the way back. */
export function ClosingPanel({ team, deleteAfter }: { team: Team; deleteAfter: string }) {
  const t = useTranslations('team.closing')
  const { can } = usePermissions()
  const reopen = useApiMutation()
  const takeBack = () =>
    reopen.mutate({ method: 'DELETE', path: '/team/deletion' }, { onSuccess: () => window.location.reload() })
  return (
    <Panel
      tone="danger"
      title={t('title', { name: team.name })}
      description={t.rich('description', { time: () => <Time value={deleteAfter} format="absolute" /> })}
      footer={
        can('team:delete') ? (
          <Button variant="primary" loading={reopen.isPending} onClick={takeBack}>
            {t('submit')}
          </Button>
        ) : null
      }
    >
      <div className="flex flex-col gap-3">
        <FailureAlert error={reopen.error} />
        <p>{t('meanwhile')}</p>
      </div>
    </Panel>
  )
}
