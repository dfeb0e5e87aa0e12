'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { ThresholdForm } from '#app/(console)/_components/inspection-settings/threshold-form.tsx'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { clusterInspectionSettingsView } from '#lib/contracts/watch.ts'
import { FeatureForm } from './feature-form.tsx'

const answer = z.object({ data: clusterInspectionSettingsView })

/** What is inspected of a cluster, how often, and from when on something is a finding. */
export function InspectionsTab({ clusterId }: { clusterId: string }) {
  const t = useTranslations('inspection-settings')
  const path = `/clusters/${clusterId}/inspection-settings`
  const { data, error } = useApiQuery(path, answer)
  const refresh = useRefresh()
  const { whyNot } = usePermissions()
  useLive(['cluster.*'], ({ payload }) => {
    if (payload.clusterId === undefined || payload.clusterId === clusterId) void refresh(path)
  })
  const view = data?.data
  if (!view) return error ? <FailureAlert error={error} /> : <Waiting />
  const reason = whyNot('clusters:write')
  const offFeatures = new Map(
    view.forms.map(({ inspection, feature }) => [inspection as string, !view.features[feature]]),
  )
  return (
    <div className="flex flex-col gap-5">
      <FailureAlert error={error} />
      <FeatureForm clusterId={clusterId} view={view} whyNot={reason} />
      <ThresholdForm
        path={path}
        answer={answer}
        view={view}
        below={{ kind: 'team', settings: view.team }}
        whyNot={reason}
        isOff={(inspection) => offFeatures.get(inspection) === true}
        description={
          <>
            {t('thresholds.clusterDescription')} <TextLink href="/team/inspections">{t('team.toTeam')}</TextLink>
          </>
        }
      />
    </div>
  )
}

function Waiting() {
  const t = useTranslations('inspection-settings')
  return (
    <div className="flex flex-col gap-5">
      <p role="status" className="sr-only">
        {t('loading')}
      </p>
      <Skeleton className="h-60" />
      <Skeleton className="h-96" />
    </div>
  )
}
