'use client'

import type { ReactNode } from 'react'
import { useWatch } from 'react-hook-form'
import { SelectField, TextField } from '#app/_components/ui/form-fields.tsx'
import type { Option } from '#app/_components/ui/select.tsx'
import { useBelowWords } from './settings-below.tsx'
import { TakeBack } from './take-back.tsx'
import type { PlanForm } from './typed-plan.ts'
import { asTeam } from './typed-plan.ts'

interface ChoiceFieldProps {
  form: PlanForm
  name: 'targetId' | 'every' | 'retention' | 'compression'
  label: string
  /** What the team has, in words. */
  ofTeam: string
  /** What the cluster can have instead. */
  options: readonly Option[]
  description?: ReactNode
  disabled: boolean
  className?: string
}

/** A setting with a few choices, the first of which is the team's. */
export function ChoiceField({
  form,
  name,
  label,
  ofTeam,
  options,
  description,
  disabled,
  className,
}: ChoiceFieldProps) {
  const words = useBelowWords()
  const chosen = useWatch({ control: form.hook.control, name })
  const isOwn = chosen !== asTeam
  return (
    <SelectField
      form={form}
      name={name}
      label={label}
      options={[{ value: asTeam, label: words.choice(ofTeam) }, ...options]}
      description={
        <>
          {isOwn ? <span className="block">{words.has(ofTeam)}</span> : null}
          {description}
        </>
      }
      disabled={disabled}
      aside={
        isOwn ? (
          <TakeBack
            name={label}
            disabled={disabled}
            onTakeBack={() => form.hook.setValue(name, asTeam, { shouldDirty: true })}
          />
        ) : null
      }
      {...(className ? { className } : {})}
    />
  )
}

interface NumberFieldProps {
  form: PlanForm
  name: 'timeoutSeconds' | 'drillEveryDays'
  label: string
  unit: string
  ofTeam: number
  description: string
  bounds: { min: number; max: number }
  disabled: boolean
}

/** A number that is the team's while the field is empty. */
export function NumberField(props: NumberFieldProps) {
  const { form, name, label, unit, ofTeam, description, bounds, disabled } = props
  const words = useBelowWords()
  const typed = useWatch({ control: form.hook.control, name })
  const { setValue, clearErrors } = form.hook
  const takeBack = () => {
    setValue(name, undefined, { shouldDirty: true })
    clearErrors(name)
  }
  return (
    <TextField
      form={form}
      name={name}
      type="number"
      inputMode="numeric"
      step={1}
      {...bounds}
      label={label}
      placeholder={String(ofTeam)}
      suffix={<span className="pr-2">{unit}</span>}
      description={`${words.has(`${ofTeam} ${unit}`)} ${description}`}
      disabled={disabled}
      aside={typed === undefined ? null : <TakeBack name={label} disabled={disabled} onTakeBack={takeBack} />}
    />
  )
}
