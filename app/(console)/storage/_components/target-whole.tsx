'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ProblemNote } from '#app/_components/backups/problem-note.tsx'
import { Alert } from '#app/_components/ui/alert.tsx'
import { ButtonLink } from '#app/_components/ui/button.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { toneIcons } from '#app/_components/ui/tone.tsx'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { OrphanList } from './orphan-list.tsx'
import { ProbeSteps } from './probe-steps.tsx'
import { TargetFacts } from './target-facts.tsx'
import { TargetBadges, TargetState } from './target-state.tsx'

/** What a place is, whether it works, what it can do, and what lies in it. */
export function TargetWhole({ target }: { target: TargetView }) {
  const t = useTranslations('storage.sheet')
  return (
    <div className="flex flex-col gap-5">
      <span className="flex flex-wrap gap-1">
        <TargetState target={target} />
        <TargetBadges target={target} />
      </span>
      {target.problem === null ? null : (
        <ProblemNote code={target.problem} details={detailsOf(target)} title={t('problem')} />
      )}
      <Strays target={target} />
      <Part title={t('facts')}>
        <TargetFacts target={target} />
      </Part>
      <Part title={t('capabilities')}>
        <Capabilities target={target} />
      </Part>
      <Part title={t('probe')}>
        {target.probe.length === 0 ? (
          <p className="text-muted">{t('probeNever')}</p>
        ) : (
          <ProbeSteps steps={target.probe} />
        )}
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

/** What the step that failed rests on, where it is the same failure. */
function detailsOf({ problem, probe }: TargetView) {
  return probe.find((step) => step.outcome === 'fail' && step.problem === problem)?.details ?? {}
}

/** Backups without an object, and objects without a backup. */
function Strays({ target: { id, missing, orphans } }: { target: TargetView }) {
  const t = useTranslations('storage.sheet')
  return (
    <>
      {missing > 0 ? (
        <Alert
          tone="danger"
          live={false}
          title={t('missingTitle', { count: missing })}
          action={
            <ButtonLink size="sm" href={`/backups?state=missing&targetId=${id}`}>
              {t('showMissing')}
            </ButtonLink>
          }
        >
          {t('missing')}
        </Alert>
      ) : null}
      {orphans > 0 ? (
        <Alert tone="warn" live={false} title={t('orphansTitle', { count: orphans })}>
          {t('orphans')}
        </Alert>
      ) : null}
      {orphans > 0 ? <OrphanList targetId={id} /> : null}
    </>
  )
}

const capabilities = [
  'conditionalPut',
  'conditionalComplete',
  'multipart',
  'rangedGet',
  'listUploads',
  'etagIsMd5',
] as const

function Capabilities({ target }: { target: TargetView }) {
  const t = useTranslations('storage.capabilities')
  return (
    <ul className="flex flex-col gap-1">
      {capabilities.map((name) => {
        const has = target.capabilities[name] === true
        return (
          <li key={name} className="flex items-center gap-2 [&>svg]:size-4 [&>svg]:shrink-0">
            <span className={classNames('[&_svg]:size-4', has ? 'text-ok' : 'text-faint')}>
              {has ? toneIcons.ok : toneIcons.unknown}
            </span>
            <span>{t(name)}</span>
            <span className="ml-auto text-muted text-sm">{t(has ? 'yes' : 'no')}</span>
          </li>
        )
      })}
    </ul>
  )
}
