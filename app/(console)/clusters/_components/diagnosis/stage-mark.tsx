import { Circle } from 'lucide-react'
import { classNames } from '#app/_components/ui/class-names.ts'
import { Spinner } from '#app/_components/ui/spinner.tsx'
import type { Tone } from '#app/_components/ui/tone.tsx'
import { toneIcons } from '#app/_components/ui/tone.tsx'
import type { Verdict } from '#lib/contracts/diagnosis.ts'
import type { StageState } from './stage-rows.ts'

const toneOfVerdict: Record<Verdict, Tone> = { pass: 'ok', warn: 'warn', fail: 'danger', unknown: 'unknown' }

export const inkOfState: Record<StageState, string> = {
  waiting: 'text-faint',
  running: 'text-info',
  pass: 'text-ok',
  warn: 'text-warn',
  fail: 'text-danger',
  unknown: 'text-muted',
}

/** How far a stage is, as a sign; the word stands beside it. */
export function StageMark({ state, size = 'md' }: { state: StageState; size?: 'sm' | 'md' }) {
  return (
    <span
      className={classNames(
        'inline-flex shrink-0',
        size === 'sm' ? '[&_svg]:size-3.5' : '[&_svg]:size-4',
        inkOfState[state],
      )}
    >
      {signOf(state)}
    </span>
  )
}

function signOf(state: StageState) {
  if (state === 'waiting') return <Circle aria-hidden="true" />
  if (state === 'running') return <Spinner decorative />
  return toneIcons[toneOfVerdict[state]]
}
