'use client'

import { FileUp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { DragEvent } from 'react'
import { useState } from 'react'
import { z } from 'zod'
import { useApi } from '#app/_components/api/api-provider.tsx'
import { useRefresh } from '#app/_components/api/use-api-query.ts'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Form, SubmitButton, useApiForm } from '#app/_components/ui/form.tsx'
import { RadioField, TextareaField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import type { ImportFormat } from '#lib/contracts/cluster-imports.ts'
import { clusterImportView, importFormats, startImportBody } from '#lib/contracts/cluster-imports.ts'
import { AttachedFiles } from './attached-files.tsx'
import { FileButton } from './file-button.tsx'
import type { ListFields } from './list-fields.ts'
import { recogniseFormat } from './recognise-format.ts'

const firstFormat: ImportFormat = 'yaml'
const answer = z.object({ data: clusterImportView })

/** A list of clusters with the files it names, sent to be looked at. */
export function ListForm() {
  const t = useTranslations('cluster-imports.list')
  const router = useRouter()
  const request = useApi()
  const refresh = useRefresh()
  const form: ListFields = useApiForm({
    schema: startImportBody,
    defaultValues: { format: firstFormat, fileName: '', text: '', files: {} },
    submit: (body, idempotencyKey) => request('POST', '/cluster-imports', { body, schema: answer, idempotencyKey }),
    onSuccess: async ({ data }) => {
      await refresh('/cluster-imports')
      router.push(`/clusters/import-file/${data.id}`)
    },
  })
  return (
    <Panel title={t('title')}>
      <Form form={form} failureTitle={t('failed')}>
        <ListText form={form} />
        <AttachedFiles form={form} />
        <SubmitButton form={form} className="self-start">
          {t('submit')}
        </SubmitButton>
      </Form>
    </Panel>
  )
}

function ListText({ form }: { form: ListFields }) {
  const t = useTranslations('cluster-imports.list')
  const [isOver, setOver] = useState(false)
  const { isRecognised, take, look } = useRecognition(form)
  const onDrop = (event: DragEvent) => {
    setOver(false)
    const [file] = event.dataTransfer.files
    if (!file) return
    event.preventDefault()
    void take(file)
  }
  return (
    <>
      <TextareaField
        form={form}
        name="text"
        label={t('text')}
        description={t('textHint')}
        mono
        rows={12}
        spellCheck={false}
        autoComplete="off"
        className={classNames(isOver && 'rounded-md outline-2 outline-ring outline-dashed')}
        aside={
          <FileButton
            label={t('choose')}
            icon={<FileUp aria-hidden="true" />}
            onFiles={([file]) => void (file && take(file))}
          />
        }
        onInput={(event) => look(event.currentTarget.value)}
        onDrop={onDrop}
        onDragOver={(event: DragEvent) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
      />
      <RadioField
        form={form}
        name="format"
        label={t('format')}
        {...(isRecognised ? { description: t('recognised') } : {})}
        look="cards"
        options={importFormats.map((value) => ({
          value,
          label: t(`formats.${value}`),
          description: t(`formatHints.${value}`),
        }))}
      />
    </>
  )
}

/** Sets the format by what the list looks like, until somebody chooses one by hand. */
function useRecognition({ hook }: ListFields) {
  const [recognised, setRecognised] = useState<ImportFormat>()
  // What it was set to without a person.
  const own = recognised ?? firstFormat
  const look = (text: string, fileName = hook.getValues('fileName') ?? '') => {
    if (hook.getValues('format') !== own) return
    const format = recogniseFormat(fileName, text)
    if (!format) return
    setRecognised(format)
    hook.setValue('format', format)
  }
  return {
    isRecognised: recognised !== undefined && hook.watch('format') === recognised,
    look,
    take: async (file: File) => {
      const text = await file.text()
      hook.setValue('fileName', file.name.slice(-200))
      hook.setValue('text', text, { shouldValidate: true })
      look(text, file.name)
    },
  }
}
