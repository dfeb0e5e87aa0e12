'use client'

import { ServerOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useEffect } from 'react'
import { z } from 'zod'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Tabs } from '#app/_components/ui/tabs.tsx'
import { useLive } from '#app/(console)/_components/live/live-provider.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { ClusterDetailView } from '#lib/contracts/clusters.ts'
import { clusterDetailView } from '#lib/contracts/clusters.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'
import { AccessTab } from './access-tab.tsx'
import { ActivityTab } from './activity-tab.tsx'
import { BackupsTab } from './backups/backups-tab.tsx'
import { ClusterHead } from './cluster-head.tsx'
import { InspectionsTab } from './inspections/inspections-tab.tsx'
import { LookResult } from './look-result.tsx'
import { OverviewTab } from './overview/overview-tab.tsx'
import { useWatch } from './overview/use-watch.ts'
import { useStoredLook } from './use-stored-look.ts'

const answer = z.object({ data: clusterDetailView })
const tabNames = ['overview', 'inspections', 'backups', 'access', 'activity'] as const

interface ClusterPageProps {
  initial: ClusterDetailView
  initialWatch: ClusterWatchView
}

/** One cluster: how it stands, what is inspected, how it is reached, and what was done about it. */
export function ClusterPage({ initial, initialWatch }: ClusterPageProps) {
  const t = useTranslations('clusters.page')
  const path = `/clusters/${initial.id}`
  const { data, error } = useApiQuery(path, answer, { initialData: { data: initial } })
  const refresh = useRefresh()
  const { can } = usePermissions()
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabNames).withDefault('overview'))
  const look = useStoredLook(initial)
  const watch = useWatch(initial.id, initialWatch)
  useLive(['cluster.*'], ({ payload }) => {
    if (payload.clusterId === initial.id) void refresh(path)
  })
  const cluster = data?.data ?? initial
  useEffect(() => {
    document.title = t('documentTitle', { name: cluster.name })
  }, [t, cluster.name])
  if (error?.status === 404) return <Gone name={initial.name} />
  const tabs = [
    { value: 'overview', label: t('tabs.overview'), content: <OverviewTab cluster={cluster} watch={watch} /> },
    {
      value: 'inspections',
      label: t('tabs.inspections'),
      content: <InspectionsTab clusterId={cluster.id} />,
    },
    ...(can('backups:read')
      ? [{ value: 'backups', label: t('tabs.backups'), content: <BackupsTab clusterId={cluster.id} /> }]
      : []),
    { value: 'access', label: t('tabs.access'), content: <AccessTab cluster={cluster} /> },
    ...(can('jobs:read')
      ? [{ value: 'activity', label: t('tabs.activity'), content: <ActivityTab clusterId={cluster.id} /> }]
      : []),
  ]
  return (
    <>
      <ClusterHead cluster={cluster} look={look} />
      <div className="flex flex-col gap-5">
        <FailureAlert error={error} />
        <LookResult look={look} endpointCount={cluster.endpoints.length} />
        <Tabs
          label={t('tabs.label')}
          tabs={tabs}
          value={tab}
          onValueChange={(next) => {
            void setTab(tabNames.find((name) => name === next) ?? null)
          }}
        />
      </div>
    </>
  )
}

/** Somebody removed it while it was being looked at. */
function Gone({ name }: { name: string }) {
  const t = useTranslations('clusters.page')
  const router = useRouter()
  return (
    <Panel flush>
      <EmptyState
        icon={<ServerOff aria-hidden="true" />}
        title={t('goneTitle', { name })}
        description={t('gone')}
        action={
          <ButtonLink href="/clusters" onClick={() => router.refresh()}>
            {t('toList')}
          </ButtonLink>
        }
      />
    </Panel>
  )
}
