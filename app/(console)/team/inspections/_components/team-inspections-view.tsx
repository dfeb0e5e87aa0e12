'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { ThresholdForm } from '#app/(console)/_components/inspection-settings/threshold-form.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { TeamTabs } from '#app/(console)/team/_components/team-tabs.tsx'
import type { InspectionSettingsView } from '#lib/contracts/watch.ts'
import { inspectionSettingsView } from '#lib/contracts/watch.ts'

const answer = z.object({ data: inspectionSettingsView })
const path = '/inspection-settings'

/** By what inspections judge every cluster of the team that sets nothing of its own. */
export function TeamInspectionsView({ initial }: { initial: InspectionSettingsView }) {
  const t = useTranslations('inspection-settings')
  const { data, error } = useApiQuery(path, answer, { initialData: { data: initial } })
  const { whyNot } = usePermissions()
  return (
    <>
      <PageHeader title={t('team.title')} description={t('team.description')} />
      <TeamTabs />
      <div className="flex flex-col gap-5">
        <FailureAlert error={error} />
        <ThresholdForm
          path={path}
          answer={answer}
          view={data?.data ?? initial}
          below={{ kind: 'default' }}
          description={t('thresholds.teamDescription')}
          whyNot={whyNot('inspections:write')}
        />
      </div>
    </>
  )
}
