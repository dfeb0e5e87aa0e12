'use client'

import { useTranslations } from 'next-intl'
import { useWatch } from 'react-hook-form'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import type { TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { ChoiceField } from './choice-field.tsx'
import { ZoneField } from './schedule-fields.tsx'
import type { PlanForm } from './typed-plan.ts'
import { asTeam } from './typed-plan.ts'
import { usePlanWords } from './use-plan-words.ts'

interface RetentionFieldsProps {
  form: PlanForm
  team: TeamBackupSettingsView
  disabled: boolean
}

const rungs = {
  ladder: ['hourly', 'daily', 'weekly', 'monthly', 'keepAllHours'],
  last: ['count'],
} as const

/** Which backups stay. */
export function RetentionFields({ form, team, disabled }: RetentionFieldsProps) {
  const t = useTranslations('cluster-backups.settings')
  const { retentionText } = usePlanWords()
  const chosen = useWatch({ control: form.hook.control, name: 'retention' })
  return (
    <div className="flex flex-col gap-3">
      <ChoiceField
        form={form}
        name="retention"
        label={t('retention')}
        ofTeam={retentionText(team.settings.retention)}
        options={[
          { value: 'ladder', label: t('retentionLadder') },
          { value: 'last', label: t('retentionLast') },
        ]}
        description={t('ladderHint')}
        disabled={disabled}
      />
      {chosen === asTeam ? null : (
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-6">
          {rungs[chosen].map((rung) => (
            <TextField
              key={rung}
              form={form}
              name={rung}
              type="number"
              inputMode="numeric"
              min={rung === 'count' ? 1 : 0}
              step={1}
              label={t(`rungs.${rung}`)}
              disabled={disabled}
              className="justify-end"
            />
          ))}
          {chosen === 'ladder' ? (
            <ZoneField form={form} name="retentionZone" label={t('retentionZone')} disabled={disabled} />
          ) : null}
        </div>
      )}
    </div>
  )
}
