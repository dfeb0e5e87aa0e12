'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '#app/_components/ui/badge.tsx'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import { ShellLine } from '#app/(console)/clusters/_components/diagnosis/shell-line.tsx'
import type { FindingView } from '#lib/contracts/inspections.ts'
import { FindingEvidence } from './finding-evidence.tsx'
import { SeverityBadge } from './severity-badge.tsx'
import { useInspectionWords } from './use-inspection-words.ts'

/** What is found, why it matters, what to do, what it rests on, and how it went. */
export function FindingWhole({ finding }: { finding: FindingView }) {
  const t = useTranslations('findings')
  const words = useInspectionWords()
  const { severity, state, evidence, commands } = finding
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col items-start gap-2">
        <span className="flex flex-wrap gap-1">
          <SeverityBadge severity={severity} />
          {state === 'resolved' ? <Badge tone="ok">{t('states.resolved')}</Badge> : null}
        </span>
        <p className="font-medium text-lg [overflow-wrap:anywhere]">{words.found(finding)}</p>
      </div>
      <Part title={t('sheet.why')}>
        <p>{words.why(finding)}</p>
      </Part>
      <Part title={t('sheet.fix')}>
        <p>{words.fix(finding)}</p>
        <Commands commands={commands} />
      </Part>
      <FindingEvidence evidence={evidence} title={t('sheet.evidence')} />
      <Part title={t('sheet.history')}>
        <Course finding={finding} />
      </Part>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </section>
  )
}

function Commands({ commands }: { commands: readonly string[] }) {
  const t = useTranslations('findings.sheet')
  const total = commands.length
  if (total === 0) return null
  return (
    <div className="mt-3 flex flex-col gap-2">
      {total > 1 ? <p className="text-muted text-sm">{t('commandsHint')}</p> : null}
      <ol aria-label={t('commands')} className="flex flex-col gap-2">
        {commands.map((command, index) => (
          <li key={command}>
            <ShellLine command={command} title={total === 1 ? t('oneLine') : t('line', { number: index + 1, total })} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Course({ finding }: { finding: FindingView }) {
  const t = useTranslations('findings.sheet')
  const inspections = useTranslations('inspections')
  const { id, clusterId, clusterName, inspection, source, openedAt, changedAt, seenAt, resolvedAt, resolution } =
    finding
  const moment = (value: string) => <Time value={value} format="absolute" />
  return (
    <DescriptionList
      items={[
        {
          id: 'cluster',
          term: t('cluster'),
          detail: <TextLink href={`/clusters/${clusterId}`}>{clusterName}</TextLink>,
        },
        { id: 'inspection', term: t('inspection'), detail: inspections(`inspections.${inspection}.name`) },
        { id: 'source', term: t('source'), detail: inspections(`sources.${source}`) },
        { id: 'opened', term: t('openedAt'), detail: moment(openedAt) },
        { id: 'changed', term: t('changedAt'), detail: moment(changedAt) },
        { id: 'seen', term: t('seenAt'), detail: moment(seenAt) },
        ...(resolvedAt ? [{ id: 'resolved', term: t('resolvedAt'), detail: moment(resolvedAt) }] : []),
        ...(resolution
          ? [{ id: 'resolution', term: t('resolution'), detail: inspections(`resolutions.${resolution}`) }]
          : []),
        {
          id: 'id',
          term: t('id'),
          detail: (
            <span className="flex items-start justify-between gap-2">
              <code className="font-mono text-muted text-xs">{id}</code>
              <CopyButton text={id} label={t('copyId')} />
            </span>
          ),
        },
      ]}
    />
  )
}
