'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { BackupDetailView } from '#lib/contracts/backup-catalogue.ts'
import { TextLink } from '../ui/text-link.tsx'
import { Time } from '../ui/time.tsx'
import { useKeyTranslator } from '../use-key-translator.ts'
import { BackupChecks } from './backup-checks.tsx'
import { BackupCounts } from './backup-counts.tsx'
import { BackupFacts, BackupPlace } from './backup-facts.tsx'
import { BackupProof, proofStateOf } from './backup-proof.tsx'
import { BackupState } from './backup-state.tsx'
import { PhaseBar } from './phase-bar.tsx'
import { ProblemNote } from './problem-note.tsx'

/** What a backup is, how it was checked, where it lies, why it stays, and what of it was proven. */
export function BackupWhole({ backup }: { backup: BackupDetailView }) {
  const t = useTranslations('backups.sheet')
  return (
    <div className="flex flex-col gap-5">
      <div className="self-start">
        <BackupState backup={backup} />
      </div>
      <Problem backup={backup} />
      <Part title={t('facts')}>
        <BackupFacts backup={backup} />
      </Part>
      <Part title={t('checks')}>
        <BackupChecks backup={backup} />
      </Part>
      <Part title={t('counts')}>
        <BackupCounts counts={backup.counts} />
      </Part>
      <Part title={t('phases')}>
        <PhaseBar phases={backup.phases} />
      </Part>
      <Part title={t('proof')}>
        <Proof backup={backup} />
      </Part>
      <Part title={t('kept')}>
        <Kept keptBy={backup.keptBy} />
      </Part>
      <Part title={t('place')}>
        <BackupPlace backup={backup} />
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

/** A backup that is under way again still names what its last attempt failed at. */
function Problem({ backup: { state, problem, problemDetails } }: { backup: BackupDetailView }) {
  const t = useTranslations('backups.sheet')
  const code = state === 'missing' ? 'missing' : problem
  if (code === null || state === 'verified') return null
  const tone = state === 'failed' || state === 'missing' ? 'danger' : 'warn'
  return <ProblemNote code={code} details={problemDetails} title={t('problem')} tone={tone} />
}

function Kept({ keptBy }: Pick<BackupDetailView, 'keptBy'>) {
  const nameOf = useKeyTranslator('backups')
  const reasons = keptBy.length === 0 ? ['nothing'] : keptBy
  return (
    <ul className="list-disc pl-5">
      {reasons.map((reason) => (
        <li key={reason}>{nameOf(`kept.${reason}`)}</li>
      ))}
    </ul>
  )
}

function Proof({ backup }: { backup: BackupDetailView }) {
  const t = useTranslations('backups')
  const state = proofStateOf(backup)
  return (
    <div className="flex flex-col items-start gap-1.5">
      <span className="flex flex-wrap items-center gap-2">
        <BackupProof backup={backup} />
        {backup.proof ? <Time value={backup.proof.at} /> : null}
      </span>
      <p>{t(`proofHints.${state ?? 'none'}`)}</p>
      {state === 'proven' && backup.proof ? (
        <TextLink href={`/drills/${backup.proof.drillId}/certificate`}>{t('sheet.certificate')}</TextLink>
      ) : null}
    </div>
  )
}
