'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { useWatch } from 'react-hook-form'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useApiQuery, useRefresh } from '#app/_components/api/use-api-query.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Form, useApiForm } from '#app/_components/ui/form.tsx'
import { SwitchField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Skeleton } from '#app/_components/ui/skeleton.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { SaveFooter } from '#app/(console)/_components/inspection-settings/save-footer.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import type { BackupPlanView, TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { teamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { planAnswer, planPath } from '../use-backup-plan.ts'
import { HowFields } from './how-fields.tsx'
import { RetentionFields } from './retention-fields.tsx'
import { ScheduleFields } from './schedule-fields.tsx'
import { TargetField } from './target-field.tsx'
import type { PlanForm as TypedForm, TypedPlan } from './typed-plan.ts'
import { changeOf, typedOf, typedPlan } from './typed-plan.ts'

const teamAnswer = z.object({ data: teamBackupSettingsView })
const formId = 'backup-plan-form'

interface PlanFormProps {
  clusterId: string
  plan: BackupPlanView
}

/** By what plan the cluster is backed up; every setting is as the team has it, or the cluster's own. */
export function PlanForm(props: PlanFormProps) {
  const { data, error } = useApiQuery('/backup-settings', teamAnswer)
  if (data) return <Fields {...props} team={data.data} />
  return error ? <FailureAlert error={error} /> : <Skeleton className="h-60" />
}

interface FieldsProps extends PlanFormProps {
  team: TeamBackupSettingsView
}

function Fields({ clusterId, plan, team }: FieldsProps) {
  const t = useTranslations('cluster-backups.settings')
  const { whyNot } = usePermissions()
  const form = usePlanForm({ clusterId, plan, team })
  const { reset } = form.hook
  const reason = whyNot('backups:write')
  const shared = { form, disabled: reason !== undefined }
  return (
    <Panel
      id="backup-plan"
      title={t('title')}
      description={
        reason ? (
          t('readOnly', { reason })
        ) : (
          <>
            {t('description')} <TextLink href="/team/backups">{t('toTeam')}</TextLink>
          </>
        )
      }
      footer={
        reason ? null : <SaveFooter form={form} formId={formId} onDiscard={() => reset(typedOf({ plan, team }))} />
      }
    >
      <Form form={form} id={formId} failureTitle={t('failed')} className="gap-6!">
        <SwitchField form={form} name="isOn" label={t('isOn')} description={t('isOnHint')} disabled={shared.disabled} />
        <SwitchedOff form={form} plan={plan} />
        <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
          <ScheduleFields {...shared} clusterId={clusterId} team={team} />
          <TargetField {...shared} plan={plan} />
        </div>
        <RetentionFields {...shared} team={team} />
        <HowFields {...shared} team={team} />
      </Form>
    </Panel>
  )
}

function usePlanForm({ clusterId, plan, team }: FieldsProps): TypedForm {
  const t = useTranslations('cluster-backups.settings')
  const path = planPath(clusterId)
  const request = useApi()
  const refresh = useRefresh()
  const sent = useRef<TypedPlan | null>(null)
  const form = useApiForm({
    schema: typedPlan,
    defaultValues: typedOf({ plan, team }),
    submit: (whole) => {
      sent.current = structuredClone(form.hook.getValues())
      return request('PATCH', path, { body: changeOf({ plan, team }, whole), schema: planAnswer })
    },
    onSuccess: async ({ data }) => {
      toast.ok(t('saved'))
      // The form takes over what is read while nothing is typed: first the new, or the old would show in between.
      await refresh(path)
      const typed = form.hook.getValues()
      form.hook.reset(typedOf({ plan: data, team }))
      // What somebody has typed since they saved stays typed.
      for (const name of changedSince(sent.current, typed)) {
        form.hook.setValue(name, typed[name], { shouldDirty: true })
      }
    },
  })
  const { isDirty } = form.hook.formState
  const { reset } = form.hook
  // The plan is read again every few seconds, and is another object each time.
  const read = JSON.stringify(typedOf({ plan, team }))
  useEffect(() => {
    if (!isDirty) reset(JSON.parse(read))
  }, [read, isDirty, reset])
  return form
}

function changedSince(before: TypedPlan | null, now: TypedPlan): (keyof TypedPlan)[] {
  const names = Object.keys(now) as (keyof TypedPlan)[]
  return before === null ? [] : names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(now[name]))
}

/** What switching off means, before it is done. */
function SwitchedOff({ form, plan }: { form: TypedForm; plan: BackupPlanView }) {
  const t = useTranslations('cluster-backups.settings')
  const isOn = useWatch({ control: form.hook.control, name: 'isOn' })
  if (isOn || !plan.isOn) return null
  return (
    <Alert tone="warn" title={t('offTitle')}>
      {t('offText')}
    </Alert>
  )
}
