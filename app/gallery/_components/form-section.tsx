'use client'

import { useTranslations } from 'next-intl'
import { z } from 'zod'
import { ApiProblem } from '#app/_components/api/problem.ts'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import {
  CheckboxField,
  CheckListField,
  ComboboxField,
  SelectField,
  SwitchField,
  TextareaField,
  TextField,
} from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { useRoleOptions } from './role-options.ts'
import { useScopeOptions } from './scope-options.ts'
import { zones } from './zones.ts'

const invitation = z.strictObject({
  email: z.email({ error: 'email-malformed' }),
  role: z.enum(['owner', 'admin', 'operator', 'viewer']),
  zone: z.string(),
  note: z.string().max(200),
  scopes: z.array(z.string()).min(1),
  backup: z.boolean(),
  tls: z.boolean(),
})

const answerMs = 600

export function FormSection() {
  const t = useTranslations('gallery.form')
  const fields = useTranslations('gallery.fields')
  const roles = useRoleOptions()
  const scopes = useScopeOptions()
  const form = useApiForm({
    schema: invitation,
    defaultValues: { email: '', role: 'viewer', zone: 'Asia/Shanghai', note: '', scopes: [], backup: true, tls: false },
    submit: async () => {
      await new Promise((resolve) => setTimeout(resolve, answerMs))
      const facts = { status: 409, code: 'already-exists', errors: [], requestId: '0193a1f0-7d2c' }
      throw new ApiProblem({ ...facts, detail: t('refused'), retryAfterSeconds: undefined })
    },
  })
  return (
    <Panel title={t('title')} description={t('description')} level={3}>
      <Form form={form} className="max-w-md">
        <TextField form={form} name="email" label={t('email')} type="email" autoComplete="off" />
        <SelectField form={form} name="role" label={fields('role')} options={roles} />
        <ComboboxField form={form} name="zone" label={fields('region')} options={zones} />
        <TextareaField form={form} name="note" label={fields('note')} rows={2} optional />
        <CheckListField form={form} name="scopes" label={fields('scopes')} options={scopes} columns={2} />
        <SwitchField form={form} name="backup" label={fields('backup')} description={fields('backupHelp')} />
        <CheckboxField form={form} name="tls" label={fields('tls')} description={fields('tlsHelp')} />
        <div>
          <SubmitButton form={form}>{t('submit')}</SubmitButton>
        </div>
      </Form>
    </Panel>
  )
}
