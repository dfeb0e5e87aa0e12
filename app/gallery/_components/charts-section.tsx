'use client'

import { useTranslations } from 'next-intl'
import type { ChartLine } from '#app/_components/charts/chart-line.ts'
import { TimeChart } from '#app/_components/charts/time-chart.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'

const stepMs = 60_000
const startMs = Date.parse('2026-11-22T10:00:00Z')
const stepCount = 360
const mebibyte = 1_048_576

const at = Array.from({ length: stepCount }, (_, step) => new Date(startMs + step * stepMs).toISOString())
const to = new Date(startMs + stepCount * stepMs).toISOString()

/** Three members that go up and down; one of them was not seen for an hour. */
const members: readonly ChartLine[] = ['etcd-0', 'etcd-1', 'etcd-2'].map((label, member) => ({
  id: label,
  label,
  values: at.map((_, step) => {
    const isMissing = member === 1 && step > 150 && step < 210
    return isMissing ? null : (600 + 60 * member + 120 * Math.sin(step / 40 + member)) * mebibyte
  }),
}))

const blank: readonly ChartLine[] = members.map((line) => ({ ...line, values: line.values.map(() => null) }))

export function ChartsSection() {
  const t = useTranslations('gallery.charts')
  const times = { from: at[0] ?? to, to, at }
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Panel>
        <TimeChart title={t('title')} description={t('description')} unit="bytes" lines={members} {...times} />
      </Panel>
      <Panel>
        <TimeChart title={t('blankTitle')} unit="perSecond" lines={blank} {...times} />
      </Panel>
    </div>
  )
}
