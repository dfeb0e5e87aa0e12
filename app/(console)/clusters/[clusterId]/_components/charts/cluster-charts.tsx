'use client'

import { ChartLine as ChartIcon } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useMemo } from 'react'
import type { ChartLine, ChartUnit } from '#app/_components/charts/chart-line.ts'
import { TimeChart } from '#app/_components/charts/time-chart.tsx'
import { EmptyState } from '#app/_components/ui/empty-state.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Segmented } from '#app/_components/ui/segmented.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import type { SeriesMetric, SeriesView } from '#lib/contracts/watch.ts'
import { historyRangeDefault, historyRanges } from './history-range.ts'
import { useSeries } from './use-series.ts'

const charts = ['dbSize', 'revisionRate', 'latency', 'raftLag'] as const
type ChartName = (typeof charts)[number]

const metricsOf: Record<ChartName, readonly [SeriesMetric, ...SeriesMetric[]]> = {
  dbSize: ['dbSizeBytes', 'dbInUseBytes'],
  revisionRate: ['revisionRate'],
  latency: ['latencyMs'],
  raftLag: ['raftLag'],
}

const unitOf: Record<ChartName, ChartUnit> = {
  dbSize: 'bytes',
  revisionRate: 'perSecond',
  latency: 'milliseconds',
  raftLag: 'entries',
}

/** How the members of a cluster went: size, revisions, latency and lag over a time somebody picks. */
export function ClusterCharts({ clusterId }: { clusterId: string }) {
  const t = useTranslations('charts.history')
  const [range, setRange] = useQueryState('range', parseAsStringLiteral(historyRanges).withDefault(historyRangeDefault))
  const { data, error, isPlaceholderData } = useSeries(clusterId, range)
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      actions={
        <Segmented
          label={t('range')}
          value={range}
          onValueChange={(next) => void setRange(next)}
          segments={historyRanges.map((name) => ({ value: name, label: t(`ranges.${name}`) }))}
        />
      }
    >
      <FailureAlert error={error} title={t('stale')} />
      {data ? <Series series={data} isStale={isPlaceholderData} /> : null}
      {data || error ? null : <Loading />}
    </Panel>
  )
}

function Series({ series, isStale }: { series: SeriesView; isStale: boolean }) {
  const t = useTranslations('charts.history')
  if (series.members.length === 0) {
    return (
      <EmptyState level={3} icon={<ChartIcon aria-hidden="true" />} title={t('emptyTitle')} description={t('empty')} />
    )
  }
  return (
    <div className="grid gap-x-8 gap-y-8 xl:grid-cols-2">
      {charts.map((name) => (
        <MetricChart key={name} name={name} series={series} isStale={isStale} />
      ))}
    </div>
  )
}

function MetricChart({ name, series, isStale }: { name: ChartName; series: SeriesView; isStale: boolean }) {
  const t = useTranslations('charts.history')
  const lines = useMemo(
    () =>
      metricsOf[name].flatMap((metric) =>
        series.members.map((member): ChartLine => {
          const isOneOfTwo = metric === 'dbSizeBytes' || metric === 'dbInUseBytes'
          const label = isOneOfTwo ? t(`lines.${metric}`, { name: member.name }) : member.name
          return { id: `${member.memberId}-${metric}`, label, values: member.values[metric] }
        }),
      ),
    [name, series, t],
  )
  return (
    <TimeChart
      title={t(`metrics.${name}.title`)}
      description={t(`metrics.${name}.description`)}
      unit={unitOf[name]}
      from={series.from}
      to={series.to}
      at={series.at}
      lines={lines}
      isStale={isStale}
    />
  )
}

function Loading() {
  const t = useTranslations('charts.history')
  return (
    <div role="status" aria-label={t('loading')} className="grid gap-x-8 gap-y-8 xl:grid-cols-2">
      {charts.map((name) => (
        <div key={name} className="flex flex-col gap-2">
          <Skeleton className="h-5 w-40" />
          <Skeleton className="h-60 w-full" />
        </div>
      ))}
    </div>
  )
}
