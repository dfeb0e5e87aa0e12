'use client'

import { useTranslations } from 'next-intl'
import type { RefObject } from 'react'
import { useEffect, useState } from 'react'
import { Button } from '#app/_components/ui/button.tsx'
import { classNames } from '#app/_components/ui/class-names.ts'
import { softTones, toneIcons } from '#app/_components/ui/tone.tsx'
import { bringIntoSight } from '#app/(console)/clusters/_components/diagnosis/bring-into-sight.ts'
import type { Look } from '#app/(console)/clusters/_components/diagnosis/use-look.ts'
import { useVerdictWords } from '#app/(console)/clusters/_components/diagnosis/use-verdict-words.ts'

export interface ResultBarProps {
  look: Look | undefined
  isOutdated: boolean
  /** Where the result stands; while none of it is in sight, the bar leads there. */
  result: RefObject<HTMLElement | null>
}

/** On narrow screens, where the result stands below a long form: what it came to, and the way back to it. */
export function ResultBar({ look, isOutdated, result }: ResultBarProps) {
  const t = useTranslations('clusters.import')
  const wordsOf = useVerdictWords()
  const isAway = useIsAway(result)
  if (!(look?.diagnosis && isAway)) return null
  const words = wordsOf(look.diagnosis)
  const tone = isOutdated ? 'warn' : words.tone
  return (
    <div
      className={classNames(
        'sticky bottom-3 z-10 flex items-center gap-2 rounded-lg border py-1.5 pr-1.5 pl-3 shadow-popup xl:hidden [&>svg]:size-4 [&>svg]:shrink-0',
        softTones[tone],
      )}
    >
      {toneIcons[tone]}
      <p className="min-w-0 flex-1 font-medium text-sm">{isOutdated ? t('outdatedTitle') : words.title}</p>
      <Button
        size="sm"
        onClick={() => {
          bringIntoSight(result.current, 'start')
          result.current?.focus({ preventScroll: true })
        }}
      >
        {t('toResult')}
      </Button>
    </div>
  )
}

function useIsAway(element: ResultBarProps['result']): boolean {
  const [isAway, setAway] = useState(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver((entries) => setAway(entries.at(-1)?.isIntersecting === false))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return isAway
}
