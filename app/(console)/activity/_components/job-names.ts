'use client'

import { useCallback } from 'react'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { JobView } from '#lib/contracts/jobs.ts'

/** What a kind of job is called; the kind itself where there is no word for it yet. */
export function useKindName(): (kind: string) => string {
  const translate = useKeyTranslator('activity')
  return useCallback((kind) => translate(`kinds.${kind}`, undefined, kind), [translate])
}

/** What one job is called: its kind and what it is about. */
export function useJobName(): (job: JobView) => string {
  const nameOf = useKindName()
  return useCallback(({ kind, subject }) => (subject ? `${nameOf(kind)}: ${subject.label}` : nameOf(kind)), [nameOf])
}
