'use client'

import { Progress } from '@base-ui/react/progress'
import { Check, Circle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useQuantityText } from '#app/_components/backups/use-quantity-text.ts'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import { backupPhases } from '#lib/contracts/backup-catalogue.ts'
import type { JobProgress, JobView } from '#lib/contracts/jobs.ts'

const steps = { backup: backupPhases, drill: ['fetch', 'restore', 'start', 'read'] } as const

interface WorkProgressProps {
  job: JobView
  kind: keyof typeof steps
}

type Place = 'done' | 'now' | 'toCome'

const icons: Record<Place, ReactNode> = {
  done: <Check aria-hidden="true" className="text-ok" />,
  now: <Spinner decorative />,
  toCome: <Circle aria-hidden="true" className="text-faint" />,
}

/** Every step there is to go, where it has come to, and how many bytes of how many where that is known. */
export function WorkProgress({ job, kind }: WorkProgressProps) {
  const t = useTranslations('cluster-backups.progress')
  const nameOf = useStepName(kind)
  const names: readonly string[] = steps[kind]
  const { progress } = job
  const at = progress?.step ? names.indexOf(progress.step) : -1
  return (
    <div className="border-line border-t pt-3">
      <p className="font-medium text-sm">{t(kind)}</p>
      {at < 0 ? <p className="text-muted text-sm">{t('waiting')}</p> : null}
      <ol className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1.5">
        {names.map((name, index) => {
          const place = placeOf(index, at)
          return (
            <li
              key={name}
              aria-current={place === 'now' ? 'step' : undefined}
              className={classNames(
                'inline-flex items-center gap-1.5 text-sm [&_svg]:size-3.5 [&_svg]:shrink-0',
                place === 'now' ? 'font-medium' : 'text-muted',
              )}
            >
              {icons[place]}
              {nameOf(name)}
              <span className="sr-only">{t(place)}</span>
            </li>
          )
        })}
      </ol>
      {progress ? <Bytes progress={progress} /> : null}
      <p role="status" className="sr-only">
        {at < 0 ? t('waiting') : nameOf(names[at] ?? '')}
      </p>
    </div>
  )
}

function placeOf(index: number, at: number): Place {
  if (index < at) return 'done'
  return index === at ? 'now' : 'toCome'
}

function useStepName(kind: WorkProgressProps['kind']): (step: string) => string {
  const phases = useTranslations('backups.phases')
  const drill = useTranslations('drills.steps')
  return (step) => {
    if (kind === 'backup') return phases(backupPhases.find((phase) => phase === step) ?? 'source')
    return drill(steps.drill.find((each) => each === step) ?? 'fetch')
  }
}

function Bytes({ progress: { step, done, total } }: { progress: JobProgress }) {
  const t = useTranslations('cluster-backups.progress')
  const { size } = useQuantityText()
  if (total === null || total === 0 || (step !== 'stream' && step !== 'fetch')) return null
  const text = t('bytes', { done: size(done), total: size(total) })
  return (
    <Progress.Root
      value={Math.min(done, total)}
      max={total}
      aria-label={t(step)}
      getAriaValueText={() => text}
      className="mt-2 block max-w-96"
    >
      <span className="text-muted text-sm tabular-nums">{text}</span>
      <Progress.Track className="mt-1 h-1.5 overflow-hidden rounded-full bg-hover">
        <Progress.Indicator className="h-full rounded-full bg-accent transition-[width] duration-300" />
      </Progress.Track>
    </Progress.Root>
  )
}
