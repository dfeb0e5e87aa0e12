'use client'

import { useTranslations } from 'next-intl'
import { useEffect } from 'react'
import { useWatch } from 'react-hook-form'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Form, useApiForm } from '#app/_components/ui/form.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { SaveFooter } from '#app/(console)/_components/inspection-settings/save-footer.tsx'
import { usePermissions } from '#app/(console)/_components/use-permissions.ts'
import { HowFields } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/how-fields.tsx'
import { RetentionFields } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/retention-fields.tsx'
import { ScheduleFields } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/schedule-fields.tsx'
import type { PlanForm } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/typed-plan.ts'
import {
  changeOf,
  typedOf,
  typedPlan,
} from '#app/(console)/clusters/[clusterId]/_components/backups/plan/typed-plan.ts'
import { usePlanWords } from '#app/(console)/clusters/[clusterId]/_components/backups/plan/use-plan-words.ts'
import type { TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { effectiveBackupSettings, teamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { backupsKeptMax } from './backups-kept-max.ts'

const path = '/backup-settings'
const answer = z.object({ data: teamBackupSettingsView })
const formId = 'team-backups'

/** A team is never switched off as a whole, and its storage is chosen under Storage. */
function layersOf(view: TeamBackupSettingsView) {
  return { plan: { ...view, isOn: true, targetId: null }, team: view }
}

/** What the team sets; every setting is Kstone's default, or the team's. */
export function TeamBackupsForm({ view }: { view: TeamBackupSettingsView }) {
  const t = useTranslations('backups.settings')
  const { whyNot } = usePermissions()
  const form = useTeamForm(view)
  const reason = whyNot('storage-targets:write')
  const product = { ...view, settings: effectiveBackupSettings.parse({ retention: { timeZone: view.timeZone } }) }
  const shared = { form, team: product, disabled: reason !== undefined }
  return (
    <Panel
      title={t('panel')}
      description={reason ?? t('panelDescription')}
      footer={
        reason ? null : (
          <SaveFooter form={form} formId={formId} onDiscard={() => form.hook.reset(typedOf(layersOf(view)))} />
        )
      }
    >
      <Form form={form} id={formId} failureTitle={t('failed')} className="gap-6!">
        <ScheduleFields {...shared} />
        <div className="flex flex-col gap-2">
          <RetentionFields {...shared} />
          <Kept form={form} product={product} />
        </div>
        <HowFields {...shared} />
      </Form>
    </Panel>
  )
}

function useTeamForm(view: TeamBackupSettingsView): PlanForm {
  const t = useTranslations('backups.settings')
  const request = useApi()
  const refresh = useRefresh()
  const form = useApiForm({
    schema: typedPlan,
    defaultValues: typedOf(layersOf(view)),
    submit: (whole) => request('PATCH', path, { body: changeOf(layersOf(view), whole), schema: answer }),
    onSuccess: async ({ data }) => {
      toast.ok(t('saved'))
      // The form takes over what is read while nothing is typed: first the new, or the old would show in between.
      await refresh(path)
      form.hook.reset(typedOf(layersOf(data)))
    },
  })
  const { isDirty } = form.hook.formState
  const { reset } = form.hook
  const read = JSON.stringify(typedOf(layersOf(view)))
  useEffect(() => {
    if (!isDirty) reset(JSON.parse(read))
  }, [read, isDirty, reset])
  return form
}

/** What the ladder keeps, in a sentence, while it is typed. */
function Kept({ form, product }: { form: PlanForm; product: TeamBackupSettingsView }) {
  const t = useTranslations('backups.settings')
  const { retentionText } = usePlanWords()
  useWatch({ control: form.hook.control })
  const whole = typedPlan.safeParse(form.hook.getValues()).data
  if (!whole) return null
  const retention = whole.retention ?? product.settings.retention
  const schedule = whole.schedule ?? product.settings.schedule
  const count = backupsKeptMax(retention.policy, schedule)
  return (
    <p role="status" className="text-sm">
      {t('keeps', { text: retentionText(retention), count })}
    </p>
  )
}
