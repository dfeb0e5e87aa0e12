'use client'

import { useTranslations } from 'next-intl'
import type { FieldValues } from 'react-hook-form'
import type { BoundFieldProps } from '#app/_components/ui/form-fields.tsx'
import { PasswordField } from '#app/_components/ui/form-fields.tsx'

/** A password somebody chooses: once, since it can be shown, with the one rule said beforehand. */
export function NewPasswordField<Input extends FieldValues, Output>(
  props: Pick<BoundFieldProps<Input, Output>, 'form' | 'name'> & { label?: string },
) {
  const t = useTranslations('auth')
  return (
    <PasswordField
      form={props.form}
      name={props.name}
      label={props.label ?? t('password')}
      description={t('newPasswordHint')}
      autoComplete="new-password"
    />
  )
}
