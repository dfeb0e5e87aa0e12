'use client'

import { useLocale, useTranslations } from 'next-intl'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { signUpBody, signUpView } from '#lib/contracts/auth.ts'
import { authFormClasses } from '../_components/auth-form.ts'
import { NewPasswordField } from '../_components/new-password-field.tsx'
import { OrDivider } from '../_components/or-divider.tsx'
import { OidcButton } from '../_sign-in/oidc-button.tsx'
import { homePath } from '../_sign-in/return-path.ts'
import { useSignInAfter } from '../_sign-in/use-sign-in-after.ts'

const signUpAnswer = z.object({ data: signUpView })

/** Makes an account and its first team, then signs in. */
export function SignUpForm({ oidcName }: { oidcName?: string }) {
  const t = useTranslations('auth')
  const locale = useLocale()
  const signInAfter = useSignInAfter()
  const form = useApiForm({
    schema: signUpBody,
    defaultValues: { name: '', email: '', password: '', teamName: '' },
    submit: (values) =>
      placeProblem({ 'email-taken': { path: 'email' }, 'password-too-common': { path: 'password' } }, () =>
        apiRequest('POST', '/sign-up', { body: { ...values, locale }, schema: signUpAnswer }),
      ),
    onSuccess: (_answer, { email, password }) => signInAfter({ email, password }, homePath),
  })
  return (
    <div className="flex flex-col gap-5">
      {oidcName === undefined ? null : (
        <>
          <OidcButton name={oidcName} returnTo={homePath} />
          <OrDivider />
        </>
      )}
      <Form form={form} className={authFormClasses} failureTitle={t('signUp.failed')}>
        <TextField form={form} name="name" label={t('name')} autoComplete="name" />
        <TextField
          form={form}
          name="email"
          type="email"
          label={t('email')}
          autoComplete="email"
          inputMode="email"
          spellCheck={false}
        />
        <NewPasswordField form={form} name="password" />
        <TextField
          form={form}
          name="teamName"
          label={t('signUp.teamName')}
          description={t('signUp.teamNameHint')}
          autoComplete="organization"
        />
        <SubmitButton form={form} size="lg" block className="mt-1">
          {t('signUp.submit')}
        </SubmitButton>
      </Form>
    </div>
  )
}
