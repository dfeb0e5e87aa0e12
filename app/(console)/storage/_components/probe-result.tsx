'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import type { ProbeView } from '#lib/contracts/storage-targets.ts'
import { probeView } from '#lib/contracts/storage-targets.ts'
import { ProbeSteps } from './probe-steps.tsx'

const refusal = z.object({ probe: probeView })

/** The try a refusal was made of; undefined where it was another one. */
export function probeOf(error: unknown): ProbeView | undefined {
  return error instanceof ApiProblem ? refusal.safeParse(error.extras).data?.probe : undefined
}

/** What a try came to, in a sentence and step by step. */
export function ProbeResult({ probe, title }: { probe: ProbeView; title?: string }) {
  const t = useTranslations('storage.probe')
  return (
    <div className="flex flex-col gap-2">
      <Alert tone={probe.isUsable ? 'ok' : 'danger'} {...(title ? { title } : {})}>
        {t(probe.isUsable ? 'usable' : 'unusable')}
      </Alert>
      <ProbeSteps steps={probe.steps} />
    </div>
  )
}
