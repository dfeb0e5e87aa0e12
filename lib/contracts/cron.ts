/** The five fields of a cron expression in their order, with the lowest and the highest value of each. */
const fields = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day-of-month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { name: 'day-of-week', min: 0, max: 6, words: 'sun mon tue wed thu fri sat'.split(' ') },
] as const satisfies readonly Field[]

interface Field {
  name: string
  min: number
  max: number
  /** Names that stand for the values from `min` on. */
  words?: readonly string[]
}

const aliases: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/** The times an expression names, each list ascending and without repeats. */
export interface CronTimes {
  /** 0 to 59 */
  minutes: readonly number[]
  /** 0 to 23 */
  hours: readonly number[]
  /** Whether it runs every hour, and so counts hours that pass, not times of day. */
  isEveryHour: boolean
  /** 1 to 31 */
  daysOfMonth: readonly number[]
  /** 1 to 12 */
  months: readonly number[]
  /** 0 Sunday to 6 Saturday */
  daysOfWeek: readonly number[]
  /** With both kinds of days named, one of them is enough (crontab(5)); else both must fit, one of which always does. */
  isEitherDay: boolean
}

/** What is wrong with an expression: each has its words (`validation.<problem>`). */
export type CronProblem =
  | 'cron-wrong-number-of-fields'
  | 'cron-minute-malformed'
  | 'cron-hour-malformed'
  | 'cron-day-of-month-malformed'
  | 'cron-month-malformed'
  | 'cron-day-of-week-malformed'
  | 'cron-never'

export type ParsedCron = { times: CronTimes; problem?: undefined } | { times?: undefined; problem: CronProblem }

/**
 * Reads a cron expression of five fields as crontab(5) has it: minute, hour, day of month, month, day of week; in each `*`,
 * numbers, English names of months and days, ranges, lists and steps (`MON-FRI`, `0,30`, `8-18/2`), Sunday as 0 or 7; or
 * one of `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`. The first field that cannot be
 * read is the problem named; a day that no year has is `cron-never`.
 */
export function parseCron(expression: string): ParsedCron {
  const written = expression.trim().toLowerCase()
  const parts = (aliases[written] ?? written).split(/\s+/)
  if (parts.length !== fields.length) return { problem: 'cron-wrong-number-of-fields' }
  const values: (readonly number[])[] = []
  for (const [index, field] of fields.entries()) {
    const read = readField(parts[index] ?? '', field)
    if (read === undefined) return { problem: `cron-${field.name}-malformed` }
    values.push(read)
  }
  const [minutes = [], hours = [], daysOfMonth = [], months = [], daysOfWeek = []] = values
  const isEitherDay = !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*')
  const times = { minutes, hours, isEveryHour: hours.length === 24, daysOfMonth, months, daysOfWeek, isEitherDay }
  return isEitherDay || hasDay(times) ? { times } : { problem: 'cron-never' }
}

/** Days of each month in a leap year. */
const monthLengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function hasDay({ months, daysOfMonth }: CronTimes): boolean {
  const firstDay = daysOfMonth[0] ?? 0
  return months.some((month) => firstDay <= (monthLengths[month - 1] ?? 0))
}

function readField(text: string, field: Field): readonly number[] | undefined {
  const values = new Set<number>()
  for (const item of text.split(',')) {
    const range = readItem(item, field)
    if (range === undefined) return undefined
    // Sunday, written as 7, is 0.
    for (let value = range.from; value <= range.to; value += range.step)
      values.add(value > field.max ? field.min : value)
  }
  return [...values].sort((a, b) => a - b)
}

/** One item of a list: `*`, `5`, `MON-FRI`, each with a step behind it or without; a number with a step runs to the end. */
function readItem(text: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [, all, first, last, stepDigits] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,2}))?$/.exec(text) ?? []
  const step = Number(stepDigits ?? 1)
  if (step < 1) return undefined
  if (all !== undefined) return { from: field.min, to: field.max, step }
  const from = readValue(first, field)
  const to = last === undefined ? from : readEnd(last, field)
  if (from === undefined || to === undefined || from > to) return undefined
  return { from, to: last === undefined && stepDigits !== undefined ? Math.max(field.max, to) : to, step }
}

/** The end of a range: there Sunday is the last day, as in `fri-sun`. */
function readEnd(text: string, field: Field): number | undefined {
  return field.name === 'day-of-week' && text === 'sun' ? field.max + 1 : readValue(text, field)
}

function readValue(text: string | undefined, { name, min, max, words }: Field): number | undefined {
  if (text === undefined) return undefined
  const position = words?.indexOf(text) ?? -1
  if (position >= 0) return min + position
  const value = /^\d{1,2}$/.test(text) ? Number(text) : undefined
  const highest = name === 'day-of-week' ? max + 1 : max
  return value !== undefined && value >= min && value <= highest ? value : undefined
}
