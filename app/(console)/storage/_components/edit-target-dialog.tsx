'use client'

import { useTranslations } from 'next-intl'
import { useId, useMemo, useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { placeProblem } from '#app/_components/api/place-problem.ts'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { DescriptionList } from '#app/_components/ui/description-list.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextField } from '#app/_components/ui/form-fields.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { SubjectDialog } from '#app/(console)/_components/use-subject-dialog.ts'
import type { ProbeView, TargetView, UpdateTarget } from '#lib/contracts/storage-targets.ts'
import { targetView } from '#lib/contracts/storage-targets.ts'
import { placeText } from './place-text.ts'
import { ProbeResult, probeOf } from './probe-result.tsx'
import { EncryptionField, KeyFields, ServerFields } from './target-fields.tsx'
import type { TargetTexts } from './target-texts.ts'
import { changedTargetForm, textsOf } from './target-texts.ts'

const changed = z.object({ data: targetView })

/** Changes how a place is reached, what it is called, and whether it is encrypted; a new way is tried before it is kept. */
export function EditTargetDialog({ dialog }: { dialog: SubjectDialog<TargetView> }) {
  const { subject } = dialog
  if (!subject) return null
  return <EditTarget key={dialog.key} target={subject} open={dialog.isOpen} onOpenChange={dialog.setOpen} />
}

interface EditTargetProps {
  target: TargetView
  open: boolean
  onOpenChange: (open: boolean) => void
}

function EditTarget({ target, open, onOpenChange }: EditTargetProps) {
  const t = useTranslations('storage.form')
  const ui = useTranslations('ui')
  const formId = useId()
  const { form, refused } = useEditForm(target, () => onOpenChange(false))
  const place = placeText(target)
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      size="lg"
      title={t('editTitle', { name: target.name })}
      description={t('editDescription')}
      footer={
        <>
          <DialogClose>
            <Button>{ui('cancel')}</Button>
          </DialogClose>
          <SubmitButton form={form} formId={formId} disabled={!form.hook.formState.isDirty}>
            {t('save')}
          </SubmitButton>
        </>
      }
    >
      <Form form={refused ? { ...form, failure: undefined } : form} id={formId}>
        {refused ? <ProbeResult probe={refused} title={t('refusedTitle')} /> : null}
        <TextField form={form} name="name" label={t('name')} autoComplete="off" spellCheck={false} />
        {place === undefined ? null : (
          <>
            <DescriptionList items={[{ id: 'place', term: t('unchangeable'), detail: place }]} />
            <ServerFields form={form} />
            <KeyFields form={form} isStored />
          </>
        )}
        <EncryptionField form={form} isChange />
      </Form>
    </Dialog>
  )
}

function useEditForm(target: TargetView, onDone: () => void) {
  const t = useTranslations('storage.form')
  const errors = useTranslations('errors')
  const request = useApi()
  const refresh = useRefresh()
  const [refused, setRefused] = useState<ProbeView>()
  const schema = useMemo(() => changedTargetForm(target), [target])
  const places = {
    'already-exists': { path: 'name', message: errors('already-exists') },
    'passwords-needed': { path: 'secretAccessKey', message: t('secretAgain') },
  }
  const form = useApiForm<TargetTexts, UpdateTarget, z.infer<typeof changed>>({
    schema,
    defaultValues: textsOf(target),
    submit: async (body) => {
      setRefused(undefined)
      const send = () => request('PATCH', `/storage-targets/${target.id}`, { body, schema: changed })
      return await placeProblem(places, send).catch((error: unknown) => {
        setRefused(probeOf(error))
        throw error
      })
    },
    onSuccess: async ({ data }) => {
      toast.ok(t('saved', { name: data.name }))
      onDone()
      await refresh('/storage-targets')
    },
  })
  return { form, refused }
}
