'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Form, useApiForm } from '#app/_components/ui/form.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { diagnosisOf } from '#app/(console)/clusters/_components/access/diagnosis-of.ts'
import { placeAtFields } from '#app/(console)/clusters/_components/access/place-at-fields.ts'
import { useLook } from '#app/(console)/clusters/_components/diagnosis/use-look.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { diagnosedClusterView } from '#lib/contracts/clusters.ts'
import { HowReached } from './how-reached.tsx'
import type { ImportTexts } from './import-form.ts'
import { accessOf, importForm, markOf, nothingTyped } from './import-form.ts'
import { LookPanel } from './look-panel.tsx'
import { ResultBar } from './result-bar.tsx'
import { WhatItIs } from './what-it-is.tsx'

const made = z.object({ data: diagnosedClusterView })

/** What takes the focus is scrolled clear of the bar at the bottom. */
const roomForBar = 'max-xl:[&_:is(input,textarea,button,summary)]:scroll-mb-20'

/** Brings one cluster in, on one page: what it is, how it is reached, and a look at it before anything is kept. */
export function ImportWizard() {
  const t = useTranslations('clusters')
  const { form, look, doing, isOutdated, importNow } = useImport()
  const result = useRef<HTMLDivElement>(null)
  return (
    <>
      <PageHeader
        title={t('import.title')}
        description={t('import.description')}
        crumbs={[{ label: t('title'), href: '/clusters' }]}
      />
      {/* What belongs to no field is said beside the look, where the eyes are. */}
      <Form form={{ ...form, failure: undefined, unplaced: [] }} className={roomForBar}>
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,29rem)]">
          <div className="flex min-w-0 flex-col gap-4">
            <WhatItIs form={form} />
            <HowReached form={form} />
          </div>
          <div
            ref={result}
            tabIndex={-1}
            className="min-w-0 outline-none xl:sticky xl:top-16 xl:max-h-[calc(100dvh-5rem)] xl:scroll-pb-28 xl:overflow-y-auto xl:rounded-xl xl:[&_footer]:sticky xl:[&_footer]:bottom-0"
          >
            <LookPanel
              form={form}
              look={look}
              isOutdated={isOutdated}
              doing={doing}
              onImport={importNow}
              onField={(field) => form.hook.setFocus(field)}
            />
          </div>
        </div>
        <ResultBar look={look} isOutdated={isOutdated} result={result} />
      </Form>
    </>
  )
}

/** Enter and the button look; only the other button imports. */
function useImport() {
  const t = useTranslations('clusters.import')
  const router = useRouter()
  const request = useApi()
  const refresh = useRefresh()
  const { look, start, show } = useLook()
  const wanted = useRef<'look' | 'import'>('look')
  const [doing, setDoing] = useState<'look' | 'import'>()

  async function importCluster(body: ImportCluster, mark: string, idempotencyKey: string) {
    const places = { 'already-exists': { path: 'name', message: t('nameTaken') } }
    const sent = () => request('POST', '/clusters', { body, schema: made, idempotencyKey })
    return await placeAtFields(sent, places).catch((error: unknown) => {
      const diagnosis = diagnosisOf(error)
      if (diagnosis) show(diagnosis, mark)
      throw error
    })
  }

  const form = useApiForm<ImportTexts, ImportCluster, z.infer<typeof made> | undefined>({
    schema: importForm,
    defaultValues: nothingTyped,
    submit: async (body, key) => {
      const mark = markOf(form.hook.getValues())
      const work = wanted.current
      setDoing(work)
      try {
        if (work === 'import') return await importCluster(body, mark, key)
        form.hook.setValue('acceptFailing', false)
        return await placeAtFields(() => start(accessOf(body), mark)).then(() => undefined)
      } finally {
        setDoing(undefined)
      }
    },
    onSuccess: async (answer) => {
      if (!answer) return
      toast.ok(t('done', { name: answer.data.name }))
      router.push(`/clusters/${answer.data.id}`)
      await refresh('/clusters')
    },
  })
  const submitFor = (work: 'look' | 'import') => (event?: Parameters<typeof form.submit>[0]) => {
    wanted.current = work
    form.submit(event)
  }
  const mark = markOf(form.hook.watch())
  return {
    form: { ...form, submit: submitFor('look') },
    look,
    doing,
    isOutdated: look !== undefined && look.of !== mark,
    importNow: () => submitFor('import')(),
  }
}
