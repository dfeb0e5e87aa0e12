'use client'

import { useTranslations } from 'next-intl'
import { useCallback, useMemo } from 'react'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { DrillView } from '#lib/contracts/backup-catalogue.ts'

interface DrillProblem {
  /** What came in between. */
  text: string
  /** What to do about it. */
  fix: string
}

export interface DrillWords {
  /** What came of it, in a sentence. */
  verdictOf: (drill: Pick<DrillView, 'state' | 'comparisons'>) => string
  /** Undefined where there is no problem. */
  problemOf: (drill: Pick<DrillView, 'problem' | 'problemDetails'>) => DrillProblem | undefined
}

/** What drills have to say, in words. */
export function useDrillWords(): DrillWords {
  const t = useTranslations('drills.verdicts')
  const told = useKeyTranslator('drills')
  const errors = useKeyTranslator('errors')
  const verdictOf = useCallback<DrillWords['verdictOf']>(
    ({ state, comparisons }) => {
      const isByHash = comparisons.some(({ what, outcome }) => what === 'hash' && outcome === 'holds')
      return state === 'proven' && !isByHash ? t('provenByCounts') : t(state)
    },
    [t],
  )
  const problemOf = useCallback<DrillWords['problemOf']>(
    (drill) => {
      if (drill.problem === null) return undefined
      const { problem } = drill
      const { cause, isVersionTold, isFoundTold, params } = factsOf(problem, drill.problemDetails)
      const saying = (key: string) => told(`problems.${problem}.${key}`, params, told(`problems.other.${key}`, params))
      const because = cause === undefined ? '' : errors(cause, {}, '')
      const text = saying(isVersionTold ? 'text' : 'plain')
      return { text: [text, because].filter(Boolean).join(' '), fix: saying(isFoundTold ? 'fix' : 'fixPlain') }
    },
    [told, errors],
  )
  return useMemo(() => ({ verdictOf, problemOf }), [verdictOf, problemOf])
}

/** What fills in the sentences; only those about a missing etcd have another form for what is not told. */
function factsOf(problem: string, { version, foundVersions, code }: DrillView['problemDetails']) {
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
  const isMissing = problem === 'no-etcd-binary'
  return {
    cause: typeof code === 'string' ? code : undefined,
    isVersionTold: !isMissing || textOf(version) !== '',
    isFoundTold: !isMissing || textOf(foundVersions) !== '',
    params: { version: textOf(version), found: textOf(foundVersions), code: problem },
  }
}
