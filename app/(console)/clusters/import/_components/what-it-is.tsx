'use client'

import { useTranslations } from 'next-intl'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { CheckboxField, TextField } from '#app/_components/ui/form-fields.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { LabelsField } from '#app/(console)/clusters/_components/access/labels-field.tsx'
import { typedExamples } from '#app/(console)/clusters/_components/typed-examples.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import type { ImportTexts } from './import-form.ts'

export type ImportForm = ApiForm<ImportTexts, ImportCluster>

/** First part: how the cluster is called and found again. */
export function WhatItIs({ form }: { form: ImportForm }) {
  const t = useTranslations('clusters')
  return (
    <Panel title={t('import.whatTitle')} description={t('import.whatDescription')}>
      <div className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            form={form}
            name="name"
            label={t('fields.name')}
            placeholder={typedExamples.name}
            autoComplete="off"
            spellCheck={false}
          />
          <LabelsField form={form} name="labels" />
        </div>
        <TextField
          form={form}
          name="description"
          label={t('fields.description')}
          optional
          placeholder={t('fields.descriptionExample')}
          autoComplete="off"
        />
        <CheckboxField
          form={form}
          name="isProtected"
          label={t('fields.isProtected')}
          description={t('fields.isProtectedHint')}
        />
      </div>
    </Panel>
  )
}
