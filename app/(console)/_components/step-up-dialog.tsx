'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import type { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { ApiProblem } from '#app/_components/api/problem.ts'
import type { StepUpDialogProps } from '#app/_components/api/step-up.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { PasswordField } from '#app/_components/ui/form-fields.tsx'
import { leaveForProvider } from '#app/(auth)/_sign-in/auth-client.ts'
import { stepUpBody } from '#lib/contracts/me.ts'
import { useMe } from './me-provider.tsx'

const formId = 'step-up'

/** Asks for a fresh proof of identity: the password here, or a trip to the provider for those who have none. */
export function StepUpDialog({ open, onEnd }: StepUpDialogProps) {
  const t = useTranslations('shell.stepUp')
  const { hasPassword } = useMe()
  const onOpenChange = (next: boolean) => {
    if (!next) onEnd(false)
  }
  const head = {
    open,
    onOpenChange,
    title: t('title'),
    description: t('description'),
    size: 'sm',
    modalOnly: true,
  } as const
  return hasPassword ? <PasswordStepUp head={head} onEnd={onEnd} /> : <ProviderStepUp head={head} />
}

interface Head {
  open: boolean
  onOpenChange: (open: boolean) => void
  title: string
  description: string
  size: 'sm'
  modalOnly: true
}

function PasswordStepUp({ head, onEnd }: { head: Head; onEnd: StepUpDialogProps['onEnd'] }) {
  const t = useTranslations('shell.stepUp')
  const { email } = useMe()
  const form = useApiForm({
    schema: stepUpBody,
    defaultValues: { password: '' },
    submit: (body) => proveIdentity(body, t('wrongPassword')),
    onSuccess: () => {
      form.hook.reset()
      onEnd(true)
    },
  })
  return (
    <Dialog
      {...head}
      footer={
        <StepUpButtons
          main={
            <SubmitButton form={form} formId={formId}>
              {t('submit')}
            </SubmitButton>
          }
        />
      }
    >
      <Form form={form} id={formId}>
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordField form={form} name="password" label={t('password')} autoComplete="current-password" />
      </Form>
    </Dialog>
  )
}

/** A wrong password is the field's fault and is told there; the sentence for sign-in would speak of an address too. */
async function proveIdentity(body: z.output<typeof stepUpBody>, wrongPassword: string): Promise<void> {
  try {
    await apiRequest('POST', '/me/step-up', { body })
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== 'bad-credentials') throw error
    const fault = { path: 'password', code: error.code, message: wrongPassword }
    throw new ApiProblem({ ...error, errors: [fault] }, error)
  }
}

function ProviderStepUp({ head }: { head: Head }) {
  const t = useTranslations('shell.stepUp')
  const { identityProvider } = useMe()
  const [failure, setFailure] = useState<unknown>()
  const leave = () => {
    const { pathname, search } = window.location
    leaveForProvider(pathname + search, { isFresh: true }).catch(setFailure)
  }
  return (
    <Dialog
      {...head}
      footer={
        <StepUpButtons
          main={
            <Button variant="primary" onClick={leave}>
              {t('toProvider')}
            </Button>
          }
        />
      }
    >
      <FailureAlert error={failure} />
      <p>{t('provider', { name: identityProvider?.name ?? t('organisation') })}</p>
    </Dialog>
  )
}

function StepUpButtons({ main }: { main: React.ReactNode }) {
  const t = useTranslations('ui')
  return (
    <>
      <DialogClose>
        <Button>{t('cancel')}</Button>
      </DialogClose>
      {main}
    </>
  )
}
