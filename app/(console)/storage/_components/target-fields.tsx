'use client'

import { useTranslations } from 'next-intl'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { CheckboxField, PasswordField, SwitchField, TextField } from '#app/_components/ui/form-fields.tsx'
import { PemField } from '#app/(console)/clusters/_components/access/pem-field.tsx'
import type { PresetName } from './presets.ts'
import type { TargetTexts } from './target-texts.ts'
import { typedExamples } from './typed-examples.ts'

export interface TargetFieldsProps<Output> {
  form: ApiForm<TargetTexts, Output>
}

const plain = { autoComplete: 'off', spellCheck: false, autoCapitalize: 'none' } as const

/** Where a server is and how it is addressed. */
export function ServerFields<Output>({ form }: TargetFieldsProps<Output>) {
  const t = useTranslations('storage.form')
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
        <TextField form={form} name="settings.region" label={t('region')} description={t('regionHint')} {...plain} />
        <TextField
          form={form}
          name="settings.endpoint"
          label={t('endpoint')}
          description={t('endpointHint')}
          optional
          inputMode="url"
          placeholder={typedExamples.endpoint}
          {...plain}
        />
      </div>
      <CheckboxField form={form} name="settings.pathStyle" label={t('pathStyle')} description={t('pathStyleHint')} />
    </>
  )
}

/** What cannot be changed once backups lie there. */
export function BucketFields<Output>({ form, preset }: TargetFieldsProps<Output> & { preset: PresetName }) {
  const t = useTranslations('storage.form')
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        form={form}
        name="settings.bucket"
        label={t('bucket')}
        description={t(preset === 'tencent' ? 'bucketHintTencent' : 'bucketHint')}
        {...plain}
      />
      <TextField
        form={form}
        name="settings.prefix"
        label={t('prefix')}
        description={t('prefixHint')}
        optional
        placeholder={typedExamples.prefix}
        {...plain}
      />
    </div>
  )
}

/** With what Kstone signs its requests, and whom it trusts. */
export function KeyFields<Output>({ form, isStored = false }: TargetFieldsProps<Output> & { isStored?: boolean }) {
  const t = useTranslations('storage.form')
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField form={form} name="settings.accessKeyId" label={t('accessKey')} mono {...plain} />
        <PasswordField
          form={form}
          name="secretAccessKey"
          label={t('secretKey')}
          description={t(isStored ? 'secretReplaceHint' : 'secretHint')}
          optional={isStored}
          autoComplete="new-password"
          {...(isStored ? { placeholder: t('secretStored') } : {})}
        />
      </div>
      <PemField form={form} name="settings.caPem" label={t('ca')} description={t('caHint')} optional />
    </>
  )
}

/** Whether what is written from now on is encrypted, with what follows from it. */
export function EncryptionField<Output>({
  form,
  isChange = false,
}: TargetFieldsProps<Output> & { isChange?: boolean }) {
  const t = useTranslations('storage.form')
  const isEncrypted = form.hook.watch('isEncrypted')
  return (
    <SwitchField
      form={form}
      name="isEncrypted"
      label={t('encrypt')}
      description={
        <>
          {t(isEncrypted ? 'encryptOn' : 'encryptOff')} {isChange ? t('encryptEarlier') : ''}
        </>
      }
    />
  )
}
