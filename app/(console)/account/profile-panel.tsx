'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useLocaleSwitch } from '#app/_components/locale-menu.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { SelectField, TextField } from '#app/_components/ui/form-fields.tsx'
import { Input } from '#app/_components/ui/input.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { meView, updateMeBody } from '#lib/contracts/me.ts'
import { localeNames, locales } from '#lib/i18n/locale.ts'
import { useMe } from '../_components/me-provider.tsx'

const formId = 'profile'
const meAnswer = z.object({ data: meView })
const localeOptions = locales.map((value) => ({ value, label: localeNames[value] }))

/** Name and language of the account. */
export function ProfilePanel() {
  const t = useTranslations('account.profile')
  const tUi = useTranslations('ui')
  const me = useMe()
  const request = useApi()
  const router = useRouter()
  const { locale: shownLocale, setLocale } = useLocaleSwitch()
  const form = useApiForm({
    schema: updateMeBody,
    defaultValues: { name: me.name, locale: me.locale },
    submit: (body) => request('PATCH', '/me', { body, schema: meAnswer }),
    onSuccess: ({ data }) => {
      form.hook.reset({ name: data.name, locale: data.locale })
      toast.ok(t('saved'))
      if (data.locale === shownLocale) router.refresh()
      else setLocale(data.locale)
    },
  })
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      footer={
        <SubmitButton form={form} formId={formId}>
          {tUi('save')}
        </SubmitButton>
      }
    >
      <Form form={form} id={formId} className="max-w-sm" failureTitle={t('failed')}>
        <TextField form={form} name="name" label={t('name')} description={t('nameHint')} autoComplete="name" />
        <Field label={t('email')} description={t('emailHint')}>
          <Input type="email" value={me.email} autoComplete="email" readOnly />
        </Field>
        <SelectField form={form} name="locale" label={t('locale')} options={localeOptions} />
      </Form>
    </Panel>
  )
}
