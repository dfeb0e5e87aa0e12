'use client'

import { RotateCcw } from 'lucide-react'
import { useFormatter, useTranslations } from 'next-intl'
import { useWatch } from 'react-hook-form'
import { Badge } from '#app/_components/ui/badge.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { InspectionId, SettingsFormView } from '#lib/contracts/inspections.ts'
import type { InspectionSettingsView } from '#lib/contracts/watch.ts'
import type { SettingField, TypedSettings } from './typed-settings.ts'
import { fieldsOf, numberIn } from './typed-settings.ts'

/** What holds without what is set here: the team's settings for a cluster, nothing but the defaults for the team. */
export type Below = { kind: 'default' } | { kind: 'team'; settings: InspectionSettingsView['own'] }

interface ThresholdFieldsProps {
  form: ApiForm<TypedSettings>
  described: SettingsFormView
  below: Below
  disabled: boolean
  isOff: boolean
}

/** One inspection: what it looks at, and a field for each of its thresholds. */
export function ThresholdFields({ form, described, below, disabled, isOff }: ThresholdFieldsProps) {
  const t = useTranslations('inspection-settings.thresholds')
  const words = useTranslations('inspections.inspections')
  const { inspection } = described
  const fields = fieldsOf(described)
  return (
    <section
      id={inspection}
      aria-labelledby={`${inspection}-name`}
      tabIndex={-1}
      className="grid gap-x-6 gap-y-3 px-4 py-4 focus-visible:-outline-offset-2 sm:px-5 lg:grid-cols-[18rem_1fr]"
    >
      <div className="min-w-0">
        <h3 id={`${inspection}-name`} className="flex flex-wrap items-center gap-2 font-medium">
          {words(`${inspection}.name`)}
          {isOff ? <Badge icon={null}>{t('off')}</Badge> : null}
        </h3>
        <p className="text-muted text-sm">{words(`${inspection}.about`)}</p>
        {disabled || fields.length === 0 ? null : <Reset form={form} inspection={inspection} below={below} />}
      </div>
      {fields.length === 0 ? (
        <p className="text-muted text-sm">{t('none')}</p>
      ) : (
        <div className="grid items-start gap-4 sm:grid-cols-2 xl:grid-cols-3">
          {fields.map((field) => (
            <ThresholdField
              key={field.name}
              form={form}
              inspection={inspection}
              field={field}
              below={below}
              disabled={disabled}
            />
          ))}
        </div>
      )}
    </section>
  )
}

/** Units every language has its own way for, and its own plural. */
const measured = { days: 'day', hours: 'hour', minutes: 'minute', seconds: 'second' } as const

interface ThresholdFieldProps extends Pick<ThresholdFieldsProps, 'form' | 'below' | 'disabled'> {
  inspection: InspectionId
  field: SettingField
}

function ThresholdField({ form, inspection, field, below, disabled }: ThresholdFieldProps) {
  const t = useTranslations('inspection-settings.thresholds')
  const words = useTranslations('inspections')
  const nameOf = useKeyTranslator('inspections')
  const format = useFormatter()
  const { name, byDefault, minimum, maximum, unit, source } = field
  const write = (value: number) =>
    unit in measured
      ? format.number(value, { style: 'unit', unit: measured[unit as keyof typeof measured], unitDisplay: 'long' })
      : t('value', { value: format.number(value), unit: words(`units.${unit}`) })
  const ofTeam = below.kind === 'team' ? numberIn(below.settings[inspection]?.[name]) : undefined
  const told = { default: write(byDefault), source: words(`sources.${source}`) }
  return (
    <TextField
      form={form}
      name={`settings.${inspection}.${name}`}
      type="number"
      inputMode="numeric"
      min={minimum}
      max={maximum}
      step={1}
      label={nameOf(`settings.${inspection}.${name}`)}
      description={
        ofTeam === undefined
          ? t('default', { value: told.default, source: told.source })
          : t('team', { value: write(ofTeam), ...told })
      }
      placeholder={String(ofTeam ?? byDefault)}
      suffix={<span className="pr-2">{words(`units.${unit}`)}</span>}
      disabled={disabled}
    />
  )
}

interface ResetProps extends Pick<ThresholdFieldsProps, 'form' | 'below'> {
  inspection: InspectionId
}

/** Takes everything back that is set here for one inspection; there while there is something. */
function Reset({ form, inspection, below }: ResetProps) {
  const t = useTranslations('inspection-settings.thresholds')
  const names = useTranslations('inspections.inspections')
  const typed = useWatch({ control: form.hook.control, name: `settings.${inspection}` })
  if (Object.values(typed ?? {}).every((value) => value === undefined)) return null
  const action = t(below.kind === 'team' ? 'reset' : 'resetTeam')
  const takeBack = () => {
    for (const name of Object.keys(typed ?? {})) {
      form.hook.setValue(`settings.${inspection}.${name}`, undefined, { shouldDirty: true, shouldValidate: false })
      form.hook.clearErrors(`settings.${inspection}.${name}`)
    }
  }
  return (
    <p className="mt-2 flex flex-wrap items-center gap-2">
      <Badge tone="accent" icon={null}>
        {t('own')}
      </Badge>
      <Button
        size="sm"
        variant="ghost"
        icon={<RotateCcw aria-hidden="true" />}
        onClick={takeBack}
        aria-label={t('resetOf', { name: names(`${inspection}.name`), action })}
      >
        {action}
      </Button>
    </p>
  )
}
