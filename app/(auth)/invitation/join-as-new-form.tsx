'use client'

import { useLocale, useTranslations } from 'next-intl'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { Field } from '#app/_components/ui/field.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { Input } from '#app/_components/ui/input.tsx'
import type { offeredInvitationView } from '#lib/contracts/auth.ts'
import { acceptInvitationBody, acceptInvitationView } from '#lib/contracts/auth.ts'
import { authFormClasses } from '../_components/auth-form.ts'
import { NewPasswordField } from '../_components/new-password-field.tsx'
import { OrDivider } from '../_components/or-divider.tsx'
import { OidcButton } from '../_sign-in/oidc-button.tsx'
import { homePath, invitationPath } from '../_sign-in/return-path.ts'
import { useSignInAfter } from '../_sign-in/use-sign-in-after.ts'

const acceptAnswer = z.object({ data: acceptInvitationView })

export interface JoinAsNewFormProps {
  offer: z.infer<typeof offeredInvitationView>
  token: string
  onAccepted: () => void
  oidcName?: string
}

/** Takes an invitation by making the account it was sent to. */
export function JoinAsNewForm({ offer, token, onAccepted, oidcName }: JoinAsNewFormProps) {
  const t = useTranslations('auth')
  const locale = useLocale()
  const signInAfter = useSignInAfter()
  const form = useApiForm({
    schema: acceptInvitationBody,
    defaultValues: { token, name: '', password: '' },
    submit: (values) =>
      placeProblem({ 'password-too-common': { path: 'password' } }, () =>
        apiRequest('POST', '/invitations/accept', { body: { ...values, locale }, schema: acceptAnswer }),
      ),
    onSuccess: async ({ data }, { password }) => {
      onAccepted()
      await signInAfter({ email: data.email, password }, homePath)
    },
  })
  return (
    <div className="flex flex-col gap-5">
      {oidcName === undefined ? null : (
        <>
          <OidcButton name={oidcName} returnTo={invitationPath} />
          <OrDivider />
        </>
      )}
      <Form form={form} className={authFormClasses} failureTitle={t('invitation.joinFailed')}>
        <Field label={t('email')} description={t('invitation.emailFixed')}>
          <Input type="email" value={offer.email} autoComplete="username" readOnly />
        </Field>
        <TextField form={form} name="name" label={t('name')} autoComplete="name" />
        <NewPasswordField form={form} name="password" />
        <SubmitButton form={form} size="lg" block className="mt-1">
          {t('invitation.createAndJoin')}
        </SubmitButton>
      </Form>
    </div>
  )
}
