'use client'

import { useFormatter, useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { useWatch } from 'react-hook-form'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { Form, useApiForm } from '#app/_components/ui/form.tsx'
import { SwitchField, TextField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { SaveFooter } from '#app/(console)/_components/inspection-settings/save-footer.tsx'
import type { InspectionFeature } from '#lib/contracts/inspections.ts'
import { findingView, inspectionFeatures } from '#lib/contracts/inspections.ts'
import type { ClusterInspectionSettingsView } from '#lib/contracts/watch.ts'
import { changeClusterInspectionsBody, clusterInspectionSettingsView } from '#lib/contracts/watch.ts'

const answer = z.object({ data: clusterInspectionSettingsView })
const schema = changeClusterInspectionsBody.pick({ features: true, everySeconds: true }).required()
type Typed = z.input<typeof schema>
type TypedForm = ApiForm<Typed, z.output<typeof schema>>

const formId = 'features'

interface FeatureFormProps {
  clusterId: string
  view: ClusterInspectionSettingsView
  /** Why the visitor may only look. */
  whyNot: string | undefined
}

/** What is looked at, with what it covers and what it costs the etcd, and how often. */
export function FeatureForm({ clusterId, view, whyNot }: FeatureFormProps) {
  const t = useTranslations('inspection-settings')
  const form = useFeatureForm(clusterId, view)
  const { reset } = form.hook
  return (
    <Panel
      title={t('what.title')}
      description={whyNot ? t('readOnly', { reason: whyNot }) : t('what.description')}
      footer={whyNot ? null : <SaveFooter form={form} formId={formId} onDiscard={() => reset(typedOf(view))} />}
    >
      <Form form={form} id={formId} failureTitle={t('failed')}>
        <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
          {inspectionFeatures.map((feature) => (
            <FeatureSwitch key={feature} form={form} feature={feature} view={view} disabled={whyNot !== undefined} />
          ))}
        </div>
        <TextField
          form={form}
          name="everySeconds"
          type="number"
          inputMode="numeric"
          label={t('what.everySeconds')}
          description={t('what.everySecondsHint')}
          suffix={<Seconds />}
          disabled={whyNot !== undefined}
          className="max-w-xs"
        />
        <SwitchedOff form={form} view={view} clusterId={clusterId} />
      </Form>
    </Panel>
  )
}

function Seconds() {
  const t = useTranslations('inspections.units')
  return <span className="pr-2">{t('seconds')}</span>
}

function typedOf({ features, everySeconds }: ClusterInspectionSettingsView): Typed {
  return { features, everySeconds }
}

function useFeatureForm(clusterId: string, view: ClusterInspectionSettingsView): TypedForm {
  const t = useTranslations('inspection-settings')
  const path = `/clusters/${clusterId}/inspection-settings`
  const request = useApi()
  const refresh = useRefresh()
  const form = useApiForm({
    schema,
    defaultValues: typedOf(view),
    submit: (typed) => request('PATCH', path, { body: differenceOf(view, typed), schema: answer }),
    onSuccess: async ({ data }) => {
      toast.ok(t('saved'))
      // The form takes over what is read while nothing is typed: first the new, or the old would show in between.
      await refresh(path, '/findings', `/clusters/${clusterId}/watch`)
      form.hook.reset(typedOf(data))
    },
  })
  const { isDirty } = form.hook.formState
  const { reset } = form.hook
  useEffect(() => {
    if (!isDirty) reset(typedOf(view))
  }, [view, isDirty, reset])
  return form
}

/** Only what differs: the audit log shows a field as changed when it was sent. */
function differenceOf(view: ClusterInspectionSettingsView, { features, everySeconds }: z.output<typeof schema>) {
  const changed = Object.entries(features).filter(([name, isOn]) => view.features[featureNamed(name)] !== isOn)
  return {
    ...(changed.length > 0 ? { features: Object.fromEntries(changed) } : {}),
    ...(everySeconds === view.everySeconds ? {} : { everySeconds }),
  }
}

function featureNamed(name: string): InspectionFeature {
  return inspectionFeatures.find((feature) => feature === name) ?? 'healthy'
}

interface FeatureSwitchProps {
  form: TypedForm
  feature: InspectionFeature
  view: ClusterInspectionSettingsView
  disabled: boolean
}

function FeatureSwitch({ form, feature, view, disabled }: FeatureSwitchProps) {
  const t = useTranslations('inspection-settings.what')
  const words = useTranslations('inspections')
  const format = useFormatter()
  const covered = view.forms.filter((each) => each.feature === feature)
  const names = covered.map(({ inspection }) => words(`inspections.${inspection}.name`))
  return (
    <SwitchField
      form={form}
      name={`features.${feature}`}
      label={words(`features.${feature}.name`)}
      disabled={disabled}
      description={
        <>
          <span className="block">{t('covers', { inspections: format.list(names) })}</span>
          <span className="block">{t(`costs.${feature}`)}</span>
        </>
      }
    />
  )
}

const findings = z.object({ data: z.array(findingView.pick({ feature: true })) })
const countedMax = 100

/** What switching off does, before it is done. */
function SwitchedOff({ form, view, clusterId }: Pick<FeatureSwitchProps, 'form' | 'view'> & { clusterId: string }) {
  const t = useTranslations('inspection-settings.what')
  const words = useTranslations('inspections.features')
  const format = useFormatter()
  const typed = useWatch({ control: form.hook.control, name: 'features' })
  const off = inspectionFeatures.filter((feature) => view.features[feature] && typed[feature] === false)
  const { data } = useApiQuery('/findings', findings, {
    query: { clusterId, limit: countedMax },
    enabled: off.length > 0,
  })
  if (off.length === 0) return null
  const count = data?.data.filter(({ feature }) => off.includes(feature)).length ?? 0
  const features = format.list(off.map((feature) => words(`${feature}.name`)))
  return (
    <Alert tone="warn" title={t('switchedOffTitle')}>
      {t('switchedOff', { features, count })}
    </Alert>
  )
}
