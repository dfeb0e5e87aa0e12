'use client'

import { useTranslations } from 'next-intl'
import { Field } from '#app/_components/ui/field.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import type { PresetName } from './presets.ts'
import { presetNames } from './presets.ts'

/** Which service it is, to fill in the fields below. */
export function PresetField({ value, onChange }: { value: PresetName; onChange: (name: PresetName) => void }) {
  const t = useTranslations('storage.form')
  return (
    <Field label={t('preset')} description={t('presetHint')}>
      <Select
        options={presetNames.map((name) => ({ value: name, label: t(`presets.${name}`) }))}
        value={value}
        onValueChange={onChange}
      />
    </Field>
  )
}
