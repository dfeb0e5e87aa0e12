'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { completeResetBody, completeResetView } from '#lib/contracts/auth.ts'
import { authFormClasses } from '../_components/auth-form.ts'
import { NewPasswordField } from '../_components/new-password-field.tsx'
import { homePath } from '../_sign-in/return-path.ts'
import { useSignInAfter } from '../_sign-in/use-sign-in-after.ts'

const completeResetAnswer = z.object({ data: completeResetView })

export interface NewPasswordFormProps {
  /** The secret of the link. */
  token: string
  /** The link opens nothing any more. */
  onSpent: () => void
  /** The person wants another link. */
  onAskAgain: () => void
}

/** Sets a new password by a link, then signs in with it. */
export function NewPasswordForm({ token, onSpent, onAskAgain }: NewPasswordFormProps) {
  const t = useTranslations('auth')
  const signInAfter = useSignInAfter()
  const form = useApiForm({
    schema: completeResetBody,
    defaultValues: { token, password: '' },
    submit: (values) =>
      placeProblem({ 'password-too-common': { path: 'password' } }, () =>
        apiRequest('POST', '/password-resets/complete', { body: values, schema: completeResetAnswer }),
      ),
    onSuccess: async ({ data }, { password }) => {
      onSpent()
      await signInAfter({ email: data.email, password }, homePath)
    },
  })
  if (form.failure instanceof ApiProblem && form.failure.code === 'reset-link-invalid') {
    return (
      <div className="flex flex-col gap-4">
        <Alert tone="danger" title={t('reset.deadTitle')}>
          {form.failure.detail}
        </Alert>
        <Button
          variant="primary"
          size="lg"
          block
          onClick={() => {
            onSpent()
            onAskAgain()
          }}
        >
          {t('reset.askAgain')}
        </Button>
      </div>
    )
  }
  return (
    <Form form={form} className={authFormClasses} failureTitle={t('reset.chooseFailed')}>
      <NewPasswordField form={form} name="password" label={t('reset.newPassword')} />
      <SubmitButton form={form} size="lg" block className="mt-1">
        {t('reset.choose')}
      </SubmitButton>
    </Form>
  )
}
