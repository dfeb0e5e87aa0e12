'use client'

import { useTranslations } from 'next-intl'
import { useMemo } from 'react'
import { useWatch } from 'react-hook-form'
import { ComboboxField, TextField } from '#app/_components/ui/form-fields.tsx'
import { timeZoneOptions } from '#app/(console)/team/_components/time-zone-options.ts'
import type { TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { ChoiceField } from './choice-field.tsx'
import { CronTimes } from './cron-times.tsx'
import type { PlanForm } from './typed-plan.ts'
import { presetSeconds } from './typed-plan.ts'
import { usePlanWords } from './use-plan-words.ts'

interface ScheduleFieldsProps {
  form: PlanForm
  /** Absent in the settings of the team. */
  clusterId?: string | undefined
  team: TeamBackupSettingsView
  disabled: boolean
}

/** How often, or at which times. */
export function ScheduleFields({ form, clusterId, team, disabled }: ScheduleFieldsProps) {
  const t = useTranslations('cluster-backups.settings')
  const { scheduleText, intervalText } = usePlanWords()
  const every = useWatch({ control: form.hook.control, name: 'every' })
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <ChoiceField
        form={form}
        name="every"
        label={t('every')}
        ofTeam={scheduleText(team.settings.schedule)}
        options={[
          ...presetSeconds.map((seconds) => ({ value: String(seconds), label: intervalText(seconds) })),
          { value: 'custom', label: t('everyCustom') },
          { value: 'cron', label: t('everyCron') },
        ]}
        disabled={disabled}
      />
      {every === 'custom' ? (
        <TextField
          form={form}
          name="customMinutes"
          type="number"
          inputMode="decimal"
          min={1}
          step="any"
          label={t('customMinutes')}
          description={t('customMinutesHint')}
          disabled={disabled}
        />
      ) : null}
      {every === 'cron' ? <CronFields form={form} clusterId={clusterId} disabled={disabled} /> : null}
    </div>
  )
}

function CronFields({ form, clusterId, disabled }: Omit<ScheduleFieldsProps, 'team'>) {
  const t = useTranslations('cluster-backups.settings')
  const [expression, zone] = useWatch({ control: form.hook.control, name: ['expression', 'timeZone'] })
  return (
    <>
      <TextField
        form={form}
        name="expression"
        mono
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        label={t('expression')}
        description={t('expressionHint')}
        disabled={disabled}
      />
      <ZoneField form={form} name="timeZone" label={t('zone')} disabled={disabled} />
      <CronTimes clusterId={clusterId} expression={expression} timeZone={zone} />
    </>
  )
}

interface ZoneFieldProps {
  form: PlanForm
  name: 'timeZone' | 'retentionZone'
  label: string
  disabled: boolean
}

/** A time zone, found by typing region, city or offset. */
export function ZoneField({ form, name, label, disabled }: ZoneFieldProps) {
  const t = useTranslations('cluster-backups.settings')
  const chosen = useWatch({ control: form.hook.control, name })
  const options = useMemo(() => timeZoneOptions(chosen || 'UTC', new Date()), [chosen])
  return (
    <ComboboxField
      form={form}
      name={name}
      label={label}
      options={options}
      placeholder={t('zonePlaceholder')}
      disabled={disabled}
    />
  )
}
