'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { CodeBlock } from '#app/_components/ui/code-block.tsx'
import { CopyButton } from '#app/_components/ui/copy-button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { Time } from '#app/_components/ui/time.tsx'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'
import { ComparisonsTable } from './comparisons-table.tsx'
import { DrillState, drillTones } from './drill-state.tsx'
import { useDrillWords } from './use-drill-words.ts'

/** A drill, whole: its verdict and why, what was compared, where the time went. */
export function DrillWhole({ drill }: { drill: DrillView }) {
  const t = useTranslations('drills.sheet')
  const { verdictOf } = useDrillWords()
  const hasEnded = drill.state !== 'pending' && drill.state !== 'running'
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-col gap-3">
        <div>
          <DrillState state={drill.state} />
        </div>
        <p>{verdictOf(drill)}</p>
        <Problem drill={drill} />
      </div>
      {hasEnded ? (
        <Part title={t('comparisons')}>
          <ComparisonsTable comparisons={drill.comparisons} />
        </Part>
      ) : null}
      {Object.values(drill.seconds).some((seconds) => seconds !== null) ? (
        <Part title={t('times')}>
          <Times drill={drill} />
        </Part>
      ) : null}
      <Part title={t('facts')}>
        <Facts drill={drill} />
      </Part>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
    </section>
  )
}

function Problem({ drill }: { drill: DrillView }) {
  const t = useTranslations('drills.sheet')
  const { problemOf } = useDrillWords()
  const problem = problemOf(drill)
  if (!problem) return null
  const { said } = drill.problemDetails
  const tone = drillTones[drill.state] === 'danger' ? 'danger' : 'warn'
  return (
    <>
      <Alert tone={tone} title={t('problem')} live={false}>
        <p>{problem.text}</p>
        <p className="mt-1">{problem.fix}</p>
      </Alert>
      {typeof said === 'string' && said !== '' ? <CodeBlock title={t('said')} code={said} /> : null}
    </>
  )
}

const stages = ['restore', 'start', 'compare', 'total'] as const

function Times({ drill: { seconds } }: { drill: DrillView }) {
  const t = useTranslations('drills.steps')
  const { duration } = useQuantityText()
  const items = stages.flatMap((stage) => {
    const took = seconds[stage]
    return took === null || took === undefined ? [] : [{ id: stage, term: t(stage), detail: duration(took * 1_000) }]
  })
  return <DescriptionList items={items} />
}

function Facts({ drill }: { drill: DrillView }) {
  const t = useTranslations('drills')
  const { duration } = useQuantityText()
  const { id, backupId, backupTakenAt, rtoMs, etcdVersion, requestedBy, createdAt, endedAt } = drill
  return (
    <DescriptionList
      items={[
        {
          id: 'backup',
          term: t('sheet.backup'),
          detail: (
            <span className="flex flex-wrap gap-x-3">
              {backupTakenAt ? <Time value={backupTakenAt} format="absolute" /> : null}
              <TextLink href={`/backups?backup=${backupId}`}>{t('sheet.toBackup')}</TextLink>
            </span>
          ),
        },
        { id: 'rto', term: t('sheet.rto'), detail: rtoMs === null ? null : duration(rtoMs) },
        { id: 'etcd', term: t('table.etcd'), detail: etcdVersion },
        { id: 'who', term: t('sheet.who'), detail: requestedBy || t('sheet.bySchedule') },
        { id: 'begun', term: t('sheet.begun'), detail: <Time value={createdAt} format="absolute" /> },
        {
          id: 'ended',
          term: t('sheet.ended'),
          detail: endedAt === null ? null : <Time value={endedAt} format="absolute" />,
        },
        {
          id: 'id',
          term: t('sheet.id'),
          detail: (
            <span className="flex items-start justify-between gap-2">
              <code className="font-mono text-muted text-xs">{id}</code>
              <CopyButton text={id} label={t('sheet.copyId')} />
            </span>
          ),
        },
      ]}
    />
  )
}
