'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { z } from 'zod'
import { apiRequest } from '#app/_components/api/client.ts'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { startResetBody, startResetView } from '#lib/contracts/auth.ts'
import { authFormClasses } from '../_components/auth-form.ts'

const startResetAnswer = z.object({ data: startResetView })

/** Asks for a link by mail. What is said afterwards is the same for every address, known or not. */
export function AskResetForm() {
  const t = useTranslations('auth')
  const [sentTo, setSentTo] = useState<string>()
  const form = useApiForm({
    schema: startResetBody,
    defaultValues: { email: '' },
    submit: (values) => apiRequest('POST', '/password-resets', { body: values, schema: startResetAnswer }),
    onSuccess: (_answer, { email }) => setSentTo(email),
  })
  if (sentTo !== undefined) {
    return (
      <div className="flex flex-col gap-4">
        <Alert tone="ok" title={t('reset.sentTitle')}>
          {t('reset.sent', { email: sentTo })}
        </Alert>
        <p className="text-muted">{t('reset.nothingCame')}</p>
        <Button size="lg" block onClick={() => setSentTo(undefined)}>
          {t('reset.again')}
        </Button>
      </div>
    )
  }
  return (
    <Form form={form} className={authFormClasses} failureTitle={t('reset.askFailed')}>
      <p className="text-muted">{t('reset.description')}</p>
      <TextField
        form={form}
        name="email"
        type="email"
        label={t('email')}
        autoComplete="email"
        inputMode="email"
        spellCheck={false}
      />
      <SubmitButton form={form} size="lg" block className="mt-1">
        {t('reset.ask')}
      </SubmitButton>
    </Form>
  )
}
