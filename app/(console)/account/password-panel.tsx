'use client'

import { useTranslations } from 'next-intl'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { PasswordField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { NewPasswordField } from '#app/(auth)/_components/new-password-field.tsx'
import { useSignInAfter } from '#app/(auth)/_sign-in/use-sign-in-after.ts'
import { changePasswordBody } from '#lib/contracts/me.ts'
import { useMe } from '../_components/me-provider.tsx'

const formId = 'password'

/** Changes the password; people without one read why there is nothing to change. */
export function PasswordPanel({ isJustChanged }: { isJustChanged: boolean }) {
  const t = useTranslations('account.password')
  const { hasPassword } = useMe()
  if (!hasPassword) return <Panel title={t('title')} description={t('none')} />
  return <ChangePasswordPanel isJustChanged={isJustChanged} />
}

function ChangePasswordPanel({ isJustChanged }: { isJustChanged: boolean }) {
  const t = useTranslations('account.password')
  const { email } = useMe()
  const request = useApi()
  const signInAfter = useSignInAfter()
  const form = useApiForm({
    schema: changePasswordBody,
    defaultValues: { currentPassword: '', newPassword: '' },
    submit: (body) =>
      placeProblem(
        {
          'bad-credentials': { path: 'currentPassword', message: t('wrongCurrent') },
          'password-too-common': { path: 'newPassword' },
        },
        () => request('POST', '/me/password', { body }),
      ),
    // The change ended this session too: the page comes back with a new one.
    onSuccess: (_answer, { newPassword }) => signInAfter({ email, password: newPassword }, '/account?changed=password'),
  })
  return (
    <Panel
      title={t('title')}
      description={t('description')}
      footer={
        <SubmitButton form={form} formId={formId} variant="secondary">
          {t('submit')}
        </SubmitButton>
      }
    >
      <Form form={form} id={formId} className="max-w-sm" failureTitle={t('failed')}>
        {isJustChanged ? <Alert tone="ok">{t('changed')}</Alert> : null}
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField form={form} name="currentPassword" label={t('current')} autoComplete="current-password" />
        <NewPasswordField form={form} name="newPassword" label={t('new')} />
      </Form>
    </Panel>
  )
}
