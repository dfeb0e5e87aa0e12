import { daysBefore } from './zoned-day.ts'

/** Days back from today with which a ready-made period begins; each reaches to now. */
const beginnings = { today: 0, week: 6, month: 29 }

export type Period = keyof typeof beginnings

export const periods = Object.keys(beginnings) as Period[]

/** The filter of days for a period, today being `today`. */
export function daysOf(period: Period, today: string): { from: string; to: string } {
  return { from: daysBefore(today, beginnings[period]), to: '' }
}

/** The period these days are; `any` for no days at all, `own` for any others. */
export function periodOf({ from, to }: { from: string; to: string }, today: string): Period | 'any' | 'own' {
  if (from === '' && to === '') return 'any'
  return periods.find((period) => to === '' && daysOf(period, today).from === from) ?? 'own'
}
