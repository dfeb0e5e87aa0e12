'use client'

import { useTranslations } from 'next-intl'
import type { TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { compressions } from '#lib/contracts/backups.ts'
import { ChoiceField, NumberField } from './choice-field.tsx'
import type { PlanForm } from './typed-plan.ts'

interface HowFieldsProps {
  form: PlanForm
  team: TeamBackupSettingsView
  disabled: boolean
}

/** How backups are packed, how long one may take, and how often one is proven. */
export function HowFields({ form, team, disabled }: HowFieldsProps) {
  const t = useTranslations('cluster-backups.settings')
  const { compression, timeoutSeconds, drillEveryDays } = team.settings
  return (
    <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-3">
      <ChoiceField
        form={form}
        name="compression"
        label={t('compression')}
        ofTeam={compression}
        options={compressions.map((value) => ({ value, label: t(`compressions.${value}`) }))}
        disabled={disabled}
      />
      <NumberField
        form={form}
        name="timeoutSeconds"
        label={t('timeoutSeconds')}
        unit={t('seconds')}
        ofTeam={timeoutSeconds}
        bounds={{ min: 60, max: 7_200 }}
        description={t('timeoutSecondsHint')}
        disabled={disabled}
      />
      <NumberField
        form={form}
        name="drillEveryDays"
        label={t('drillEveryDays')}
        unit={t('days')}
        ofTeam={drillEveryDays}
        bounds={{ min: 1, max: 90 }}
        description={t('drillEveryDaysHint')}
        disabled={disabled}
      />
    </div>
  )
}
