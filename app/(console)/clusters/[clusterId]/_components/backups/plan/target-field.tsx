'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApiQuery } from '#app/_components/api/use-api-query.ts'
import type { BackupPlanView } from '#lib/contracts/backup-plans.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'
import { ChoiceField } from './choice-field.tsx'
import type { PlanForm } from './typed-plan.ts'

const answer = z.object({ data: z.array(targetView) })

interface TargetFieldProps {
  form: PlanForm
  plan: BackupPlanView
  disabled: boolean
}

/** Where this cluster's backups go. */
export function TargetField({ form, plan, disabled }: TargetFieldProps) {
  const t = useTranslations('cluster-backups.settings')
  const { data } = useApiQuery('/storage-targets', answer)
  const { targetId, targetName } = plan
  // Until they are read, the one that holds is known by name already.
  const held = targetId && targetName ? [{ id: targetId, name: targetName, isDefault: false }] : []
  const targets = data?.data ?? held
  const ofTeam = targets.find(({ isDefault }) => isDefault)?.name
  return (
    <ChoiceField
      form={form}
      name="targetId"
      label={t('target')}
      ofTeam={ofTeam ?? t('targetNone')}
      options={targets.map(({ id, name }) => ({ value: id, label: name }))}
      description={t('targetHint')}
      disabled={disabled}
    />
  )
}
