'use client'

import { useTranslations } from 'next-intl'
import { useController } from 'react-hook-form'
import { Field } from '#app/_components/ui/field.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import type { KeyForm } from './key-form.ts'

const choicesDays = [7, 30, 90, 365]

/** How long a key lives; there is no key without an end. */
export function ExpiryField({ form }: { form: KeyForm }) {
  const t = useTranslations('api-keys.create')
  const { field, fieldState } = useController({ control: form.hook.control, name: 'expiresInDays' })
  return (
    <Field label={t('expiry')} description={t('expiryHint')} error={fieldState.error?.message}>
      <Select
        options={choicesDays.map((days) => ({ value: String(days), label: t('days', { days }) }))}
        value={String(field.value ?? '')}
        onValueChange={(value) => field.onChange(Number(value))}
        onBlur={field.onBlur}
        ref={field.ref}
      />
    </Field>
  )
}
