'use client'

import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { useApiForm } from '#app/_components/ui/form.tsx'
import type { CreateTarget, ProbeView } from '#lib/contracts/storage-targets.ts'
import { probeView, targetView } from '#lib/contracts/storage-targets.ts'
import { probeOf } from './probe-result.tsx'
import type { TargetTexts } from './target-texts.ts'
import { newTargetForm, nothingTyped } from './target-texts.ts'

const made = z.object({ data: targetView })
const probed = z.object({ data: probeView })

export type NewTargetForm = ApiForm<TargetTexts, CreateTarget>

interface Told {
  probe: ProbeView
  /** What was typed when it was tried. */
  of: string
  /** It was to be saved, and was not. */
  isRefusal: boolean
}

/** Enter and one button save, the other one only tries; both try the same, and tell it in the same place. */
export function useNewTarget(onMade: (name: string) => void) {
  const t = useTranslations('errors')
  const request = useApi()
  const refresh = useRefresh()
  const wanted = useRef<'check' | 'save'>('save')
  const [doing, setDoing] = useState<'check' | 'save'>()
  const [told, setTold] = useState<Told>()

  async function check(body: CreateTarget, of: string) {
    const { data } = await request('POST', '/storage-target-probes', { body, schema: probed })
    setTold({ probe: data, of, isRefusal: false })
  }

  async function save(body: CreateTarget, of: string, idempotencyKey: string) {
    const places = { 'already-exists': { path: 'name', message: t('already-exists') } }
    const send = () => request('POST', '/storage-targets', { body, schema: made, idempotencyKey })
    return await placeProblem(places, send).catch((error: unknown) => {
      const probe = probeOf(error)
      if (probe) setTold({ probe, of, isRefusal: true })
      throw error
    })
  }

  const form = useApiForm<TargetTexts, CreateTarget, z.infer<typeof made> | undefined>({
    schema: newTargetForm,
    defaultValues: nothingTyped,
    submit: async (body, key) => {
      const of = markOf(form.hook.getValues())
      const work = wanted.current
      setDoing(work)
      setTold(undefined)
      try {
        return work === 'save' ? await save(body, of, key) : await check(body, of).then(() => undefined)
      } finally {
        setDoing(undefined)
      }
    },
    onSuccess: async (answer) => {
      if (!answer) return
      onMade(answer.data.name)
      await refresh('/storage-targets', '/usage')
    },
  })
  const submitFor = (work: 'check' | 'save') => (event?: Parameters<typeof form.submit>[0]) => {
    wanted.current = work
    form.submit(event)
  }
  return {
    form: { ...form, submit: submitFor('save') },
    check: () => submitFor('check')(),
    doing,
    probe: told?.probe,
    isRefusal: told?.isRefusal ?? false,
    isOutdated: told !== undefined && told.of !== markOf(form.hook.watch()),
  }
}

/** What a try depends on. */
function markOf({ kind, settings, secretAccessKey }: TargetTexts): string {
  return JSON.stringify(kind === 's3' ? [settings, secretAccessKey] : kind)
}
