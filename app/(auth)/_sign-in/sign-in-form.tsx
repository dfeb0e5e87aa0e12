'use client'

import { useTranslations } from 'next-intl'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { PasswordField, TextField } from '#app/_components/ui/form-fields.tsx'
import { TextLink } from '#app/_components/ui/text-link.tsx'
import { signInBody } from '#lib/contracts/auth.ts'
import { authFormClasses } from '../_components/auth-form.ts'
import { OrDivider } from '../_components/or-divider.tsx'
import { OidcButton } from './oidc-button.tsx'
import { adoptProfileLocale } from './profile-locale.ts'
import { usePasswordSignIn } from './use-password-sign-in.ts'

export interface SignInFormProps {
  /** A path of ours. */
  returnTo: string
  /** Name of the identity provider, where one is configured. */
  oidcName?: string
  /** The only account this form is about, e.g. the one an invitation was sent to. */
  email?: string
}

/** E-mail and password, or the identity provider. Leaves by a full load, so that nothing of an earlier session stays. */
export function SignInForm({ returnTo, oidcName, email }: SignInFormProps) {
  const t = useTranslations('auth')
  const signIn = usePasswordSignIn()
  const form = useApiForm({
    schema: signInBody,
    defaultValues: { email: email ?? '', password: '' },
    submit: (values) => placeProblem({ 'bad-credentials': { path: 'password' } }, () => signIn(values)),
    onSuccess: async () => {
      await adoptProfileLocale()
      window.location.assign(returnTo)
    },
  })
  return (
    <div className="flex flex-col gap-5">
      {oidcName === undefined ? null : (
        <>
          <OidcButton name={oidcName} returnTo={returnTo} />
          <OrDivider />
        </>
      )}
      <Form form={form} className={authFormClasses} failureTitle={t('signIn.failed')}>
        <TextField
          form={form}
          name="email"
          type="email"
          label={t('email')}
          autoComplete="username"
          inputMode="email"
          spellCheck={false}
          readOnly={email !== undefined}
        />
        <PasswordField form={form} name="password" label={t('password')} autoComplete="current-password" />
        <SubmitButton form={form} size="lg" block className="mt-1">
          {t('signIn.submit')}
        </SubmitButton>
        <p>
          <TextLink href="/reset">{t('signIn.forgot')}</TextLink>
        </p>
      </Form>
    </div>
  )
}
