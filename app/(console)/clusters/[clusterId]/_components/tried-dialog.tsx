'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useId } from 'react'
import type { FieldPath, FieldValues } from 'react-hook-form'
import { Button } from '#app/_components/ui/button.tsx'
import { Dialog, DialogClose } from '#app/_components/ui/dialog.tsx'
import { Form, SubmitButton } from '#app/_components/ui/form.tsx'
import { CheckboxField } from '#app/_components/ui/form-fields.tsx'
import { DiagnosisStages } from '#app/(console)/clusters/_components/diagnosis/diagnosis-stages.tsx'
import { DiagnosisSummary } from '#app/(console)/clusters/_components/diagnosis/diagnosis-summary.tsx'
import type { TriedForm } from './use-tried-form.ts'

export interface TriedDialogProps<Texts extends FieldValues> {
  tried: TriedForm<Texts>
  /** Names of the boxes that take a way over although it failed, or leads to another etcd. */
  accepts: { failing: FieldPath<Texts>; another: FieldPath<Texts> }
  title: string
  description: ReactNode
  endpointCount: number
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
  /** At the left of the other buttons. */
  extra?: ReactNode
}

/** A form whose change is tried before it is kept; refused, it shows the diagnosis and keeps what was. */
export function TriedDialog<Texts extends FieldValues>(props: TriedDialogProps<Texts>) {
  const { tried, accepts, title, description, open, onOpenChange, children, extra } = props
  const { form, refused, isAnother } = tried
  const t = useTranslations('clusters.tried')
  const ui = useTranslations('ui')
  const formId = useId()
  const isDenied = refused?.stages.some(({ code }) => code === 'address-denied') ?? false
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      modalOnly
      size="lg"
      title={title}
      description={description}
      footer={
        <>
          {extra ? <span className="mr-auto">{extra}</span> : null}
          <DialogClose>
            <Button>{ui('cancel')}</Button>
          </DialogClose>
          <SubmitButton form={form} formId={formId}>
            {t('submit')}
          </SubmitButton>
        </>
      }
    >
      <Form form={refused ? { ...form, failure: undefined } : form} id={formId}>
        {refused ? (
          <DiagnosisSummary diagnosis={refused} title={t('refusedTitle')}>
            <p>{t('refused')}</p>
          </DiagnosisSummary>
        ) : null}
        {children}
        {isAnother ? (
          <CheckboxField
            form={form}
            name={accepts.another}
            label={t('acceptAnother')}
            description={t('acceptAnotherHint')}
          />
        ) : null}
        {refused && !isDenied ? (
          <CheckboxField form={form} name={accepts.failing} label={t('accept')} description={t('acceptHint')} />
        ) : null}
        {refused ? (
          <section aria-label={t('diagnosis')} className="border-line border-t pt-2">
            <DiagnosisStages
              stages={refused.stages}
              endpointCount={props.endpointCount}
              isRunning={false}
              onField={(field) => {
                const name = [...form.names.current].find((one) => one === field)
                if (name !== undefined) form.hook.setFocus(name as FieldPath<Texts>)
              }}
            />
          </section>
        ) : null}
      </Form>
    </Dialog>
  )
}
