'use client'

import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { useOpening } from '#app/(console)/_components/use-opening.ts'
import { createApiKeyBody, createdApiKeyView } from '#lib/contracts/api-keys.ts'
import { CreatedKey } from './created-key.tsx'
import { ExpiryField } from './expiry-field.tsx'
import type { KeyForm } from './key-form.ts'
import { ScopesField } from './scopes-field.tsx'

type Made = z.infer<typeof createdApiKeyView>

const madeKey = z.object({ data: createdApiKeyView })

export interface CreateKeyDialogProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Asks for name, scopes and lifetime, then shows the key once. */
export function CreateKeyDialog(props: CreateKeyDialogProps) {
  return <CreateKeySteps key={useOpening(props.open)} {...props} />
}

function CreateKeySteps({ open, onOpenChange }: CreateKeyDialogProps) {
  const t = useTranslations('api-keys.create')
  const formId = useId()
  const [made, setMade] = useState<Made>()
  const form = useKeyForm(setMade)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={made ? t('doneTitle', { name: made.name }) : t('title')}
      description={made ? undefined : t('description')}
      footer={made ? <DoneButton /> : <AskButtons form={form} formId={formId} />}
    >
      {made ? (
        <CreatedKey made={made} />
      ) : (
        <Form form={form} id={formId}>
          <TextField form={form} name="name" label={t('name')} description={t('nameHint')} autoComplete="off" />
          <ScopesField form={form} />
          <ExpiryField form={form} />
        </Form>
      )}
    </Dialog>
  )
}

function useKeyForm(onMade: (made: Made) => void) {
  const request = useApi()
  const refresh = useRefresh()
  return useApiForm({
    schema: createApiKeyBody,
    defaultValues: { name: '', scopes: [], expiresInDays: 90 },
    submit: (body, idempotencyKey) => request('POST', '/api-keys', { body, schema: madeKey, idempotencyKey }),
    onSuccess: async ({ data }) => {
      onMade(data)
      await refresh('/api-keys', '/usage')
    },
  })
}

function AskButtons({ form, formId }: { form: KeyForm; formId: string }) {
  const t = useTranslations('api-keys.create')
  const ui = useTranslations('ui')
  return (
    <>
      <DialogClose>
        <Button>{ui('cancel')}</Button>
      </DialogClose>
      <SubmitButton form={form} formId={formId}>
        {t('submit')}
      </SubmitButton>
    </>
  )
}

function DoneButton() {
  const t = useTranslations('api-keys.create')
  return (
    <DialogClose>
      <Button variant="primary">{t('finish')}</Button>
    </DialogClose>
  )
}
