'use client'

import { useTranslations } from 'next-intl'
import type { FieldPath, FieldValues } from 'react-hook-form'
import { useWatch } from 'react-hook-form'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { LabelList } from '../label-list.tsx'
import { typedExamples } from '../typed-examples.ts'
import { readLabels } from './access-texts.ts'

interface LabelsFieldProps<Input extends FieldValues, Output> {
  form: ApiForm<Input, Output>
  name: FieldPath<Input>
}

/** Labels in one line, and below it what will be kept of that line: where one label ends is not always where it was meant to. */
export function LabelsField<Input extends FieldValues, Output>({ form, name }: LabelsFieldProps<Input, Output>) {
  const t = useTranslations('clusters.fields')
  const labels = readLabels(useWatch({ control: form.hook.control, name }))
  const count = Object.keys(labels).length
  const stored = (
    <span className="flex flex-wrap items-center gap-x-1.5 gap-y-1">
      {t('labelsStored', { count })}
      <LabelList labels={labels} />
    </span>
  )
  return (
    <TextField
      form={form}
      name={name}
      label={t('labels')}
      description={count === 0 ? t('labelsHint') : stored}
      optional
      placeholder={typedExamples.labels}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      mono
    />
  )
}
