'use client'

import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { TextareaField, TextField } from '#app/_components/ui/form-fields.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import type { ClusterView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import { readLabels, writeLabels } from '../access/access-texts.ts'
import { LabelsField } from '../access/labels-field.tsx'
import { placeAtFields } from '../access/place-at-fields.ts'
import { textForm } from '../access/text-form.ts'

const texts = z.object({ name: z.string(), description: z.string(), labels: z.string() })
type Texts = z.infer<typeof texts>

const form = textForm<Texts, UpdateCluster>({
  texts,
  bodyOf: ({ labels, ...plain }) => ({ ...plain, labels: readLabels(labels) }),
  contract: updateClusterBody,
})

export interface EditClusterDialogProps {
  cluster: Pick<ClusterView, 'id' | 'name' | 'description' | 'labels'>
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Changes what a cluster is called; how it is reached stays as it is. */
export function EditClusterDialog({ cluster, open, onOpenChange }: EditClusterDialogProps) {
  const t = useTranslations('clusters')
  const ui = useTranslations('ui')
  const formId = useId()
  const request = useApi()
  const refresh = useRefresh()
  const path = `/clusters/${cluster.id}`
  const bound = useApiForm<Texts, UpdateCluster, undefined>({
    schema: form,
    defaultValues: { name: cluster.name, description: cluster.description, labels: writeLabels(cluster.labels) },
    submit: (body) =>
      placeAtFields(() => request('PATCH', path, { body }), {
        'already-exists': { path: 'name', message: t('import.nameTaken') },
      }),
    onSuccess: async (_, { name }) => {
      onOpenChange(false)
      toast.ok(t('edit.done', { name: name ?? cluster.name }))
      await refresh('/clusters', path)
    },
  })
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      title={t('edit.title', { name: cluster.name })}
      footer={
        <>
          <DialogClose>
            <Button>{ui('cancel')}</Button>
          </DialogClose>
          <SubmitButton form={bound} formId={formId}>
            {ui('save')}
          </SubmitButton>
        </>
      }
    >
      <Form form={bound} id={formId}>
        <TextField form={bound} name="name" label={t('fields.name')} autoComplete="off" spellCheck={false} />
        <TextareaField form={bound} name="description" label={t('fields.description')} optional rows={2} />
        <LabelsField form={bound} name="labels" />
      </Form>
    </Dialog>
  )
}
