'use client'

import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { ClusterDetailView } from '#lib/contracts/clusters.ts'
import { ClusterCharts } from '../charts/cluster-charts.tsx'
import { MembersPanel } from './members-panel.tsx'
import { OpenFindings } from './open-findings.tsx'
import { SpreadPanel } from './spread-panel.tsx'
import { Topology } from './topology.tsx'
import type { Watch } from './use-watch.ts'
import { VerdictList } from './verdict-list.tsx'
import { VerdictPanel } from './verdict-panel.tsx'

interface OverviewTabProps {
  cluster: ClusterDetailView
  watch: Watch
}

/** How the cluster stands, what is held against it, and every figure of its members. */
export function OverviewTab({ cluster, watch }: OverviewTabProps) {
  const { view, error, inspect } = watch
  if (!view) return error ? <FailureAlert error={error} /> : <Waiting />
  return (
    <div className="flex flex-col gap-5">
      <FailureAlert error={error} />
      <VerdictPanel view={view} inspect={inspect} />
      <OpenFindings view={view} />
      {view.members.length > 0 ? (
        <div className="grid gap-5 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <Topology members={view.members} />
          <SpreadPanel view={view} />
        </div>
      ) : null}
      <MembersPanel view={view} listed={cluster.members} />
      <ClusterCharts clusterId={cluster.id} />
      {view.verdicts.length > 0 ? <VerdictList view={view} /> : null}
    </div>
  )
}

function Waiting() {
  return (
    <div className="flex flex-col gap-5">
      <Skeleton className="h-20" />
      <Skeleton className="h-40" />
      <Skeleton className="h-60" />
    </div>
  )
}
