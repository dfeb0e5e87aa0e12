'use client'

import { useTranslations } from 'next-intl'
import { apiRequest } from '#app/_components/api/client.ts'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { createTeamBody } from '#lib/contracts/team.ts'

/** Asks for a name, makes the team and goes on in it. */
export function CreateTeamForm() {
  const t = useTranslations('shell.teams')
  const form = useApiForm({
    schema: createTeamBody,
    defaultValues: { name: '' },
    submit: (body) => apiRequest('POST', '/teams', { body }),
    // The session begins in the new team already; everything of the old one is left behind by a full load.
    onSuccess: () => window.location.assign('/clusters'),
  })
  return (
    <Form form={form} className="flex flex-col gap-4">
      <TextField form={form} name="name" label={t('name')} description={t('nameHint')} autoComplete="organization" />
      <div className="flex justify-end">
        <SubmitButton form={form}>{t('createSubmit')}</SubmitButton>
      </div>
    </Form>
  )
}
