'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useEffect, useMemo } from 'react'
import type { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Form, useApiForm } from '#app/_components/ui/form.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { InspectionSettingsView } from '#lib/contracts/watch.ts'
import { SaveFooter } from './save-footer.tsx'
import type { Below } from './threshold-fields.tsx'
import { ThresholdFields } from './threshold-fields.tsx'
import { changeOf, typedOf, typedSchemaOf } from './typed-settings.ts'

export interface ThresholdFormProps<View extends InspectionSettingsView> {
  /** Path after `/api/v1` where the settings are read and changed. */
  path: string
  answer: z.ZodType<{ data: View }>
  view: View
  below: Below
  description: ReactNode
  /** Why the visitor may only look. */
  whyNot: string | undefined
  /** Whether an inspection is asked at all. */
  isOff?: (inspection: string) => boolean
}

const formId = 'thresholds'

/** The thresholds of every inspection, made from their schemas; a field left empty is as it would be without it. */
export function ThresholdForm<View extends InspectionSettingsView>(props: ThresholdFormProps<View>) {
  const { path, answer, view, below, description, whyNot, isOff = () => false } = props
  const t = useTranslations('inspection-settings')
  const request = useApi()
  const refresh = useRefresh()
  const schema = useMemo(() => typedSchemaOf(view.forms), [view.forms])
  const form = useApiForm({
    schema,
    defaultValues: typedOf(view),
    submit: (typed) => request('PATCH', path, { body: { settings: changeOf(view, typed) }, schema: answer }),
    onSuccess: async ({ data }) => {
      toast.ok(t('saved'))
      // The form takes over what is read while nothing is typed: first the new, or the old would show in between.
      await refresh(path)
      form.hook.reset(typedOf(data))
    },
  })
  const { isDirty } = form.hook.formState
  const { reset } = form.hook
  useEffect(() => {
    if (!isDirty) reset(typedOf(view))
  }, [view, isDirty, reset])
  useEffect(() => {
    const asked = document.getElementById(window.location.hash.slice(1))
    asked?.scrollIntoView({ block: 'center' })
    asked?.focus({ preventScroll: true })
  }, [])
  return (
    <Panel
      title={t('thresholds.title')}
      description={whyNot ? t('readOnly', { reason: whyNot }) : description}
      flush
      footer={whyNot ? null : <SaveFooter form={form} formId={formId} onDiscard={() => reset(typedOf(view))} />}
    >
      <Form form={form} id={formId} failureTitle={t('failed')} className="gap-0!">
        <div className="divide-y divide-line border-line border-t">
          {view.forms.map((each) => (
            <ThresholdFields
              key={each.inspection}
              form={form}
              described={each}
              below={below}
              disabled={whyNot !== undefined}
              isOff={isOff(each.inspection)}
            />
          ))}
        </div>
      </Form>
    </Panel>
  )
}
