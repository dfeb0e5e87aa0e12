'use client'

import { useTranslations } from 'next-intl'
import type { FieldPath, FieldValues } from 'react-hook-form'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { TextareaField, TextField } from '#app/_components/ui/form-fields.tsx'
import { splitEndpoint } from '#lib/contracts/cluster-access.ts'
import { typedExamples } from '../typed-examples.ts'
import { readEndpoints } from './access-texts.ts'

interface ReachFieldsProps<Input extends FieldValues, Output> {
  form: ApiForm<Input, Output>
  name: FieldPath<Input>
}

/** Where the members are reached, one address a line; those that cannot be read are named. */
export function EndpointsField<Input extends FieldValues, Output>({ form, name }: ReachFieldsProps<Input, Output>) {
  const t = useTranslations('clusters.fields')
  const { error } = form.hook.getFieldState(name, form.hook.formState)
  const unread = error ? unreadIn(form.hook.getValues(name)) : []
  return (
    <div className="flex flex-col gap-1">
      <TextareaField
        form={form}
        name={name}
        label={t('endpoints')}
        description={t('endpointsHint')}
        mono
        rows={3}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        placeholder={typedExamples.endpoint}
      />
      {unread.length > 0 ? (
        <p className="text-danger text-sm [overflow-wrap:anywhere]">
          {t('endpointsUnread', { addresses: unread.join(' · ') })}
        </p>
      ) : null}
    </div>
  )
}

function unreadIn(text: string): string[] {
  return readEndpoints(text).filter((address) => splitEndpoint(address)?.isTls === undefined)
}

/** From the addresses members advertise to those they are reached at. */
export function AddressMapField<Input extends FieldValues, Output>({ form, name }: ReachFieldsProps<Input, Output>) {
  const t = useTranslations('clusters.fields')
  return (
    <TextareaField
      form={form}
      name={name}
      label={t('addressMap')}
      description={t('addressMapHint')}
      optional
      mono
      rows={2}
      spellCheck={false}
      autoComplete="off"
      placeholder={typedExamples.addressPair}
    />
  )
}

export function NetworkField<Input extends FieldValues, Output>({ form, name }: ReachFieldsProps<Input, Output>) {
  const t = useTranslations('clusters.fields')
  return (
    <TextField
      form={form}
      name={name}
      label={t('network')}
      description={t('networkHint')}
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="none"
      className="sm:max-w-60"
    />
  )
}

export function ServerNameField<Input extends FieldValues, Output>({ form, name }: ReachFieldsProps<Input, Output>) {
  const t = useTranslations('clusters.fields')
  return (
    <TextField
      form={form}
      name={name}
      label={t('serverName')}
      description={t('serverNameHint')}
      optional
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
