'use client'

import { useNow, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Field } from '#app/_components/ui/field.tsx'
import { Input } from '#app/_components/ui/input.tsx'
import { Select } from '#app/_components/ui/select.tsx'
import { useTeam } from '#app/(console)/_components/me-provider.tsx'
import { minuteMs } from '#lib/time.ts'
import type { AuditState } from './audit-state.ts'
import { daysOf, periodOf, periods } from './periods.ts'
import { useFollowed } from './typed-text.ts'
import { dayOf, readDay } from './zoned-day.ts'

/** The usual periods, in one press; shows which of them the days below are. */
export function PeriodFilter({ state }: { state: AuditState }) {
  const t = useTranslations('audit.filter')
  const { timeZone } = useTeam()
  const today = dayOf(useNow({ updateInterval: minuteMs }), timeZone)
  const { from = '', to = '' } = state.filters
  const value = periodOf({ from, to }, today)
  const shown = value === 'own' ? (['any', ...periods, 'own'] as const) : (['any', ...periods] as const)
  return (
    <Field label={t('period')}>
      <Select
        options={shown.map((each) => ({ value: each, label: t(`periods.${each}`) }))}
        value={value}
        onValueChange={(next) => {
          if (next === 'own') return
          state.setFilters(next === 'any' ? { from: '', to: '' } : daysOf(next, dayOf(new Date(), timeZone)))
        }}
      />
    </Field>
  )
}

/** One end of the time looked at, as a day in the time zone of the team. */
export function DayFilter({ state, name }: { state: AuditState; name: 'from' | 'to' }) {
  const t = useTranslations('audit.filter')
  const { timeZone } = useTeam()
  const [text, setText] = useFollowed(state.filters[name] ?? '')
  // Half a day is no fault while somebody still types.
  const [isTyping, setTyping] = useState(false)
  const fault = useDayFault(state, { name, text })

  function settle() {
    setTyping(false)
    const day = readDay(text)
    if (day === undefined) return
    setText(day)
    state.setFilter(name, day)
  }

  return (
    <Field label={t(name)} error={isTyping ? undefined : fault}>
      <Input
        placeholder={t('dayForm')}
        title={t('dayHint', { zone: timeZone })}
        maxLength={10}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onBlur={settle}
        onKeyDown={({ key }) => {
          if (key === 'Enter') settle()
        }}
        onChange={({ target }) => {
          setText(target.value)
          const isWhole = target.value === '' || readDay(target.value) === target.value
          setTyping(!isWhole)
          if (isWhole) state.setFilter(name, target.value)
        }}
      />
    </Field>
  )
}

/** What is wrong with the day that stands in a field, if anything. */
function useDayFault(state: AuditState, { name, text }: { name: 'from' | 'to'; text: string }): string | undefined {
  const t = useTranslations('audit.filter')
  if (text !== '' && readDay(text) === undefined) return t('notADay')
  const { from = '', to = '' } = state.filters
  // Days are written year first: their order is that of their letters.
  const isReversed = name === 'to' && from !== '' && to !== '' && to < from
  return isReversed ? t('reversed') : undefined
}
