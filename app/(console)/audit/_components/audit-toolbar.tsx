'use client'

import { Search, Target, X } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useMemo } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { Combobox } from '#app/_components/ui/combobox.tsx'
import { Field } from '#app/_components/ui/field.tsx'
import { Input } from '#app/_components/ui/input.tsx'
import type { Option } from '#app/_components/ui/select.tsx'
import { actionCodes } from './action-codes.ts'
import type { AuditState } from './audit-state.ts'
import { DayFilter, PeriodFilter } from './day-filters.tsx'
import { useDelayedText } from './typed-text.ts'
import { useActionName } from './use-action-name.ts'

/** Narrows the log by who, what, to what and when. */
export function AuditToolbar({ state }: { state: AuditState }) {
  const t = useTranslations('audit.filter')
  return (
    <div className="grid grid-cols-2 items-start gap-x-3 gap-y-2 md:grid-cols-4 min-[1400px]:grid-cols-[1fr_1.3fr_1fr_9rem_8rem_8rem_auto]">
      <TextFilter state={state} name="actor" label={t('actor')} icon={<Search aria-hidden="true" />} />
      <ActionFilter state={state} />
      <TextFilter state={state} name="target" label={t('target')} icon={<Target aria-hidden="true" />} />
      <PeriodFilter state={state} />
      <DayFilter state={state} name="from" />
      <DayFilter state={state} name="to" />
      <Button
        variant="ghost"
        icon={<X aria-hidden="true" />}
        disabled={!state.isFiltered}
        onClick={state.clearFilters}
        className="mt-7 justify-self-start"
      >
        {t('clear')}
      </Button>
    </div>
  )
}

interface FilterProps {
  state: AuditState
  name: 'actor' | 'target'
  label: string
}

function TextFilter({ state, name, label, icon }: FilterProps & { icon: ReactNode }) {
  const [text, setText] = useDelayedText(state.filters[name] ?? '', (next) => state.setFilter(name, next))
  return (
    <Field label={label}>
      <Input type="search" icon={icon} value={text} maxLength={254} onChange={(event) => setText(event.target.value)} />
    </Field>
  )
}

/** Stands for "any" in the list of actions: a choice needs a value. */
const any = '*'

function ActionFilter({ state }: { state: AuditState }) {
  const t = useTranslations('audit.filter')
  const options = useActionOptions()
  return (
    <Field label={t('action')}>
      <Combobox
        options={options}
        value={state.filters.action || null}
        onValueChange={(value) => state.setFilter('action', value === null || value === any ? '' : value)}
        placeholder={t('anyAction')}
      />
    </Field>
  )
}

/** Every action, each area led by "everything about it". */
function useActionOptions(): Option[] {
  const t = useTranslations('audit.filter')
  const areaNames = useTranslations('audit.areas')
  const nameOf = useActionName()
  return useMemo(
    () => [
      { value: any, label: t('anyAction') },
      ...[...Map.groupBy(actionCodes, areaOf)].flatMap(([area, codes]) => [
        { value: `${area}.`, label: t('allOf', { area: areaNames(area) }) },
        ...codes.map((code) => ({ value: code, label: nameOf(code) })),
      ]),
    ],
    [t, areaNames, nameOf],
  )
}

type Area<Code> = Code extends `${infer First}.${string}` ? First : never

function areaOf(code: (typeof actionCodes)[number]): Area<typeof code> {
  return code.slice(0, code.indexOf('.')) as Area<typeof code>
}
