'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useMemo } from 'react'
import { useController } from 'react-hook-form'
import type { z } from 'zod'
import { Combobox } from '#app/_components/ui/combobox.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import type { updateTeamBody } from '#lib/contracts/team.ts'
import { timeZoneOptions } from './time-zone-options.ts'

const name = 'timeZone'

type TeamForm = ApiForm<z.input<typeof updateTeamBody>, z.output<typeof updateTeamBody>>

/** The team's clock, found by typing region, city or offset. */
export function TimeZoneField({ form }: { form: TeamForm }) {
  const t = useTranslations('team.settings')
  const { field, fieldState } = useController({ control: form.hook.control, name })
  const { names } = form
  useEffect(() => {
    const known = names.current
    known.add(name)
    return () => {
      known.delete(name)
    }
  }, [names])
  const current = form.hook.formState.defaultValues?.timeZone ?? 'UTC'
  const options = useMemo(() => timeZoneOptions(current, new Date()), [current])
  return (
    <Field label={t('timeZone')} description={t('timeZoneHint')} error={fieldState.error?.message}>
      <Combobox
        options={options}
        value={field.value ?? null}
        // An emptied field is a wrong time zone, not a missing text.
        onValueChange={(value) => field.onChange(value ?? '')}
        onBlur={field.onBlur}
        ref={field.ref}
        placeholder={t('timeZonePlaceholder')}
      />
    </Field>
  )
}
