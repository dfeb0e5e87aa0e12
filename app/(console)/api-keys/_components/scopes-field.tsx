'use client'

import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { useEffect, useId } from 'react'
import { useController } from 'react-hook-form'
import { Button } from '#app/_components/ui/button.tsx'
import { CheckList } from '#app/_components/ui/choice.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import { useMe } from '#app/(console)/_components/me-provider.tsx'
import type { Permission } from '#lib/contracts/roles.ts'
import type { KeyForm } from './key-form.ts'
import type { ScopeArea } from './scope-groups.ts'
import { groupByArea, offeredScopes, readOnly } from './scope-groups.ts'

const name = 'scopes'

/** What the key may do, by area, in plain words; offers no more than its maker may do. */
export function ScopesField({ form }: { form: KeyForm }) {
  const t = useTranslations('api-keys.create')
  const hintId = useId()
  const errorId = useId()
  const { permissions } = useMe()
  const { field, fieldState } = useController({ control: form.hook.control, name })
  useOwnName(form)
  const offered = offeredScopes(permissions)
  const chosen: readonly Permission[] = field.value
  const { error } = fieldState
  const changeArea = (inArea: readonly Permission[], next: readonly Permission[]) => {
    const others = chosen.filter((scope) => !inArea.includes(scope))
    field.onChange(offered.filter((scope) => others.includes(scope) || next.includes(scope)))
  }
  return (
    <fieldset
      ref={field.ref}
      tabIndex={-1}
      aria-describedby={error ? `${hintId} ${errorId}` : hintId}
      className="flex min-w-0 flex-col gap-2 rounded-md"
    >
      <legend className="font-medium">{t('scopes')}</legend>
      <p id={hintId} className="text-muted text-sm">
        {t('scopesHint')}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <Button size="sm" onClick={() => field.onChange(readOnly(offered))}>
          {t('presetRead')}
        </Button>
        <Button size="sm" onClick={() => field.onChange(offered)}>
          {t('presetAll')}
        </Button>
        <Button size="sm" variant="ghost" disabled={chosen.length === 0} onClick={() => field.onChange([])}>
          {t('presetNone')}
        </Button>
        <span role="status" className="text-muted text-sm">
          {t('chosen', { count: chosen.length })}
        </span>
      </div>
      {error ? (
        <p id={errorId} className="flex items-start gap-1.5 text-danger text-sm">
          <CircleAlert aria-hidden="true" className="mt-[0.1875rem] size-3.5 shrink-0" />
          {error.message}
        </p>
      ) : null}
      <div className="grid rounded-lg border border-line py-1 sm:grid-cols-2">
        {groupByArea(offered).map(([area, inArea]) => (
          <ScopeGroup key={area} area={area} scopes={inArea} chosen={chosen} onChange={changeArea} />
        ))}
      </div>
    </fieldset>
  )
}

interface ScopeGroupProps {
  area: ScopeArea
  scopes: readonly Permission[]
  chosen: readonly Permission[]
  onChange: (inArea: readonly Permission[], next: readonly Permission[]) => void
}

function ScopeGroup({ area, scopes, chosen, onChange }: ScopeGroupProps) {
  const t = useTranslations('api-keys')
  return (
    <Field label={t(`areas.${area}`)} className="px-3 py-2">
      <CheckList
        options={scopes.map((value) => ({ value, label: t(`scopes.${value}`) }))}
        value={chosen.filter((scope) => scopes.includes(scope))}
        onValueChange={(next) => onChange(scopes, next)}
      />
    </Field>
  )
}

/** Enters the field among those on the page, so that the server's faults about it are placed here. */
function useOwnName({ names }: KeyForm): void {
  useEffect(() => {
    const known = names.current
    known.add(name)
    return () => {
      known.delete(name)
    }
  }, [names])
}
