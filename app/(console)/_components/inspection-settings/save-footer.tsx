'use client'

import { useTranslations } from 'next-intl'
import type { FieldValues } from 'react-hook-form'
import { Button } from '#app/_components/ui/button.tsx'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import { SubmitButton } from '#app/_components/ui/form.tsx'

interface SaveFooterProps<Typed extends FieldValues, Checked> {
  form: ApiForm<Typed, Checked>
  formId: string
  onDiscard: () => void
}

/** Saves settings that were changed, or takes the changes back. */
export function SaveFooter<Typed extends FieldValues, Checked>({
  form,
  formId,
  onDiscard,
}: SaveFooterProps<Typed, Checked>) {
  const t = useTranslations('inspection-settings')
  const { isDirty } = form.hook.formState
  return (
    <>
      {isDirty ? (
        <>
          <span className="mr-auto text-muted text-sm">{t('unsaved')}</span>
          <Button onClick={onDiscard}>{t('discard')}</Button>
        </>
      ) : null}
      <SubmitButton form={form} formId={formId} disabled={!isDirty}>
        {t('save')}
      </SubmitButton>
    </>
  )
}
