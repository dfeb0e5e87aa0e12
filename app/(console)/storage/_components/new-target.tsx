'use client'

import { Radar } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Alert } from '#app/_components/ui/alert.tsx'
import { Button } from '#app/_components/ui/button.tsx'
import { FailureAlert } from '#app/_components/ui/failure-alert.tsx'
import { Form } from '#app/_components/ui/form.tsx'
import { RadioField, TextField } from '#app/_components/ui/form-fields.tsx'
import { PageHeader } from '#app/_components/ui/page-header.tsx'
import { Panel } from '#app/_components/ui/panel.tsx'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import { toast } from '#app/_components/ui/toast.tsx'
import { PresetField } from './preset-field.tsx'
import { ProbeResult, probeOf } from './probe-result.tsx'
import { BucketFields, EncryptionField, KeyFields, ServerFields } from './target-fields.tsx'
import type { NewTargetForm } from './use-new-target.ts'
import { useNewTarget } from './use-new-target.ts'
import { usePreset } from './use-preset.ts'

/** A new place for backups on one page: what it is, where it is, the keys, and a try before anything is kept. */
export function NewTarget() {
  const t = useTranslations('storage')
  const router = useRouter()
  const target = useNewTarget((name) => {
    toast.ok(t('form.created', { name }))
    router.push('/storage')
  })
  return (
    <>
      <PageHeader
        title={t('form.createTitle')}
        description={t('form.createDescription')}
        crumbs={[{ label: t('title'), href: '/storage' }]}
      />
      {/* What belongs to no field is said beside the try, where the eyes are. */}
      <Form form={{ ...target.form, failure: undefined, unplaced: [] }}>
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,27rem)]">
          <Fields form={target.form} />
          <div className="min-w-0 xl:sticky xl:top-16">
            <CheckPanel target={target} />
          </div>
        </div>
      </Form>
    </>
  )
}

function Fields({ form }: { form: NewTargetForm }) {
  const t = useTranslations('storage.form')
  const [preset, choosePreset] = usePreset(form)
  const isBucket = form.hook.watch('kind') === 's3'
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Panel title={t('what')}>
        <div className="flex flex-col gap-4">
          <RadioField
            form={form}
            name="kind"
            label={t('kind')}
            look="cards"
            options={[
              { value: 's3', label: t('kindS3'), description: t('kindS3Hint') },
              { value: 'directory', label: t('kindDirectory'), description: t('kindDirectoryHint') },
            ]}
          />
          <TextField
            form={form}
            name="name"
            label={t('name')}
            description={t('nameHint')}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
      </Panel>
      {isBucket ? (
        <>
          <Panel title={t('where')}>
            <div className="flex flex-col gap-4">
              <PresetField value={preset} onChange={choosePreset} />
              <ServerFields form={form} />
              <BucketFields form={form} preset={preset} />
            </div>
          </Panel>
          <Panel title={t('keys')}>
            <div className="flex flex-col gap-4">
              <KeyFields form={form} />
            </div>
          </Panel>
        </>
      ) : null}
      <Panel title={t('protection')}>
        <EncryptionField form={form} />
      </Panel>
    </div>
  )
}

function CheckPanel({ target }: { target: ReturnType<typeof useNewTarget> }) {
  const t = useTranslations('storage')
  const { form, doing, probe, isRefusal, isOutdated, check } = target
  return (
    <Panel
      title={t('form.checkTitle')}
      description={t('form.checkHint')}
      actions={
        <Button
          icon={<Radar aria-hidden="true" />}
          loading={doing === 'check'}
          disabled={doing === 'save'}
          onClick={check}
        >
          {t(probe ? 'form.checkAgain' : 'form.check')}
        </Button>
      }
      footer={
        <Button type="submit" variant="primary" loading={doing === 'save'} disabled={doing === 'check'}>
          {t('form.save')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <FailureAlert error={probeOf(form.failure) ? undefined : form.failure} messages={form.unplaced} />
        <p role="status" className={doing ? 'flex items-center gap-2 text-muted' : 'sr-only'}>
          {doing ? <Spinner decorative /> : null}
          {doing ? t('probe.running') : ''}
        </p>
        {probe && isOutdated && !doing ? <Alert tone="neutral">{t('form.outdated')}</Alert> : null}
        {probe && !doing ? (
          <ProbeResult probe={probe} {...(isRefusal ? { title: t('form.refusedTitle') } : {})} />
        ) : null}
      </div>
    </Panel>
  )
}
