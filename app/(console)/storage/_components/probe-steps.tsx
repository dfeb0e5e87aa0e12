'use client'

import { CircleMinus } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { ProblemFacts, useProblemSentence } from '#app/_components/backups/problem-note.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { toneIcons } from '#app/_components/ui/tone.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { ProbeStepView } from '#lib/contracts/storage-targets.ts'

type Outcome = ProbeStepView['outcome']

const marks: Record<Outcome, React.ReactNode> = {
  pass: toneIcons.ok,
  fail: toneIcons.danger,
  'not-supported': <CircleMinus aria-hidden="true" />,
  skipped: toneIcons.unknown,
}

const inks: Record<Outcome, string> = {
  pass: 'text-ok',
  fail: 'text-danger',
  'not-supported': 'text-muted',
  skipped: 'text-faint',
}

/** Everything a place was tried with, how each of it went and how long it took; what failed says why and what to do. */
export function ProbeSteps({ steps }: { steps: readonly ProbeStepView[] }) {
  const t = useTranslations('storage.probe')
  return (
    <ol aria-label={t('label')} className="divide-y divide-line">
      {steps.map((step) => (
        <Step key={step.step} step={step} />
      ))}
    </ol>
  )
}

function Step({ step: { step, outcome, tookMs, problem, details } }: { step: ProbeStepView }) {
  const t = useTranslations('storage.probe')
  const nameOf = useKeyTranslator('storage')
  const sentenceOf = useProblemSentence()
  return (
    <li className="py-1.5">
      <div className="flex items-center gap-2">
        <span className={classNames('[&_svg]:size-4', inks[outcome])}>{marks[outcome]}</span>
        <span className={classNames('min-w-0', outcome === 'skipped' && 'text-muted')}>
          {nameOf(`probe.steps.${step}`, {}, step)}
        </span>
        <span className={classNames('text-sm', inks[outcome])}>{t(`outcomes.${outcome}`)}</span>
        <span className="ml-auto shrink-0 text-muted text-xs tabular-nums">
          {outcome === 'skipped' ? '' : t('milliseconds', { ms: tookMs })}
        </span>
      </div>
      {outcome === 'fail' && problem !== null ? (
        <div className="mt-1 pl-6">
          <p>{sentenceOf(problem, details)}</p>
          <ProblemFacts details={details} />
        </div>
      ) : null}
    </li>
  )
}
