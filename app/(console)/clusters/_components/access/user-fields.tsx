'use client'

import { useTranslations } from 'next-intl'
import type { FieldPath, FieldValues } from 'react-hook-form'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { PasswordField, TextField } from '#app/_components/ui/form-fields.tsx'

export type UserKind = 'reader' | 'root'

interface UserFieldsProps<Input extends FieldValues, Output> {
  form: ApiForm<Input, Output>
  kind: UserKind
  username: FieldPath<Input>
  password: FieldPath<Input>
  optional?: boolean
}

/** A user of etcd and its password. */
export function UserFields<Input extends FieldValues, Output>(props: UserFieldsProps<Input, Output>) {
  const { form, kind, username, password, optional = false } = props
  const t = useTranslations('clusters.fields')
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        form={form}
        name={username}
        label={t(`${kind}User`)}
        optional={optional}
        // Names and passwords of an etcd are none of the browser's own.
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        data-1p-ignore=""
      />
      <PasswordField
        form={form}
        name={password}
        label={t(`${kind}Password`)}
        optional={optional}
        autoComplete="new-password"
        data-1p-ignore=""
      />
    </div>
  )
}
