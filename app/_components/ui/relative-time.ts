const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const steps: readonly { unit: Intl.RelativeTimeFormatUnit; sizeMs: number; untilMs: number }[] = [
  { unit: 'second', sizeMs: second, untilMs: minute },
  { unit: 'minute', sizeMs: minute, untilMs: hour },
  { unit: 'hour', sizeMs: hour, untilMs: day },
  { unit: 'day', sizeMs: day, untilMs: 30 * day },
  { unit: 'month', sizeMs: 30 * day, untilMs: 365 * day },
  { unit: 'year', sizeMs: 365 * day, untilMs: Number.POSITIVE_INFINITY },
]

/** Distance below which a time is "now": clocks of browser and server differ by about that much. */
const nowMs = 10 * second

/**
 * A time as seen from `now`: "now", "3 minutes ago", "in 2 days". Rounds towards zero, so "1 hour ago" is never said
 * before an hour has passed. `lang` is a BCP 47 tag.
 */
export function relativeTime(time: Date, now: Date, lang: string): string {
  const distanceMs = time.getTime() - now.getTime()
  const format = new Intl.RelativeTimeFormat(lang, { numeric: 'auto', style: 'long' })
  if (Math.abs(distanceMs) < nowMs) return format.format(0, 'second')
  const step = steps.find(({ untilMs }) => Math.abs(distanceMs) < untilMs)
  if (step === undefined) return ''
  const numeric = new Intl.RelativeTimeFormat(lang, { numeric: 'always', style: 'long' })
  return numeric.format(Math.trunc(distanceMs / step.sizeMs), step.unit)
}
