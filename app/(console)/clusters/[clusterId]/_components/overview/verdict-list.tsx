'use client'

import { CircleDashed, CircleSlash } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Panel } from '#app/_components/ui/panel.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { toneIcons } from '#app/_components/ui/tone.tsx'
import { SeverityBadge } from '#app/(console)/findings/_components/severity-badge.tsx'
import { useInspectionWords } from '#app/(console)/findings/_components/use-inspection-words.ts'
import type { InspectionId, VerdictView } from '#lib/contracts/inspections.ts'
import { inspectionIds } from '#lib/contracts/inspections.ts'
import type { ClusterWatchView } from '#lib/contracts/watch.ts'

/** What every inspection said of the last look; what it could not tell is said, and is never in order. */
export function VerdictList({ view: { verdicts, clusterId } }: { view: ClusterWatchView }) {
  const t = useTranslations('overview.verdicts')
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      actions={<TextLink href={`/clusters/${clusterId}?tab=inspections`}>{t('settings')}</TextLink>}
      flush
    >
      <ul className="divide-y divide-line border-line border-t">
        {inspectionIds.map((id) => (
          <Line key={id} id={id} verdicts={verdicts.filter(({ inspection }) => inspection === id)} />
        ))}
      </ul>
    </Panel>
  )
}

function Line({ id, verdicts }: { id: InspectionId; verdicts: readonly VerdictView[] }) {
  const t = useTranslations('overview.verdicts')
  const words = useInspectionWords()
  const findings = verdicts.flatMap((each) => (each.verdict === 'finding' ? each : []))
  const unknown = new Set(verdicts.flatMap((each) => (each.verdict === 'unknown' ? words.unknown(each) : [])))
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[12rem_1fr] sm:px-5">
      <span className="font-medium">{words.nameOf(id)}</span>
      <span className="flex min-w-0 flex-col gap-1">
        {findings.map((each) => (
          <span key={each.key} className="flex flex-wrap items-baseline gap-x-2">
            <SeverityBadge severity={each.severity} />
            <span className="min-w-0 flex-1 basis-60">{words.found(each)}</span>
          </span>
        ))}
        {[...unknown].map((reason) => (
          <CouldNotTell key={reason} reason={reason} />
        ))}
        {findings.length === 0 && unknown.size === 0 ? (
          <Rest isInspected={verdicts.length > 0} none={t('none')} />
        ) : null}
      </span>
    </li>
  )
}

function CouldNotTell({ reason }: { reason: string }) {
  const t = useTranslations('inspections.verdicts')
  const separator = useTranslations('overview.verdicts')
  return (
    <Marked icon={<CircleDashed aria-hidden="true" />} className="text-muted">
      {separator('about', { name: t('unknown'), sentence: reason })}
    </Marked>
  )
}

function Rest({ isInspected, none }: { isInspected: boolean; none: string }) {
  const t = useTranslations('inspections.verdicts')
  return isInspected ? (
    <Marked icon={toneIcons.ok} className="text-ok">
      {t('ok')}
    </Marked>
  ) : (
    <Marked icon={<CircleSlash aria-hidden="true" />} className="text-muted">
      {none}
    </Marked>
  )
}

function Marked({ icon, className, children }: { icon: ReactNode; className: string; children: ReactNode }) {
  return (
    <span className={`flex items-start gap-1.5 [&_svg]:mt-[0.1875rem] [&_svg]:size-4 [&_svg]:shrink-0 ${className}`}>
      {icon}
      <span className="min-w-0">{children}</span>
    </span>
  )
}
