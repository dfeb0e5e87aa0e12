'use client'

import { useMemo } from 'react'
import { useInstantText } from '#app/_components/ui/use-instant-text.ts'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { Evidence } from '#lib/contracts/evidence.ts'
import { evidenceValues } from '#lib/contracts/evidence.ts'
import type { VerdictView } from '#lib/contracts/inspections.ts'

interface Told {
  code: string
  evidence: Evidence
}

export interface InspectionWords {
  /** What is found, in a sentence. */
  found: (finding: Told) => string
  /** Why it matters. */
  why: (finding: Told) => string
  /** What to do about it. */
  fix: (finding: Told) => string
  /** Why an inspection could not tell. */
  unknown: (verdict: Pick<Extract<VerdictView, { verdict: 'unknown' }>, 'reason' | 'evidence'>) => string
  /** What an inspection is called. */
  nameOf: (inspection: string) => string
  /** A piece of evidence as it is shown, one line for each of several. */
  fact: (name: string, value: Evidence[string]) => readonly string[]
}

/** Sentences of inspections in the reader's words and time zone. */
export function useInspectionWords(): InspectionWords {
  const tell = useKeyTranslator('inspections')
  const clusters = useKeyTranslator('clusters')
  const shown = useInstantText()
  return useMemo(() => {
    const show = (name: string, value: string | number) =>
      name === 'problem' ? clusters(`problems.${value}`, {}, String(value)) : shown(value)
    const values = (evidence: Evidence) =>
      Object.fromEntries(Object.entries(evidenceValues(evidence)).map(([name, value]) => [name, show(name, value)]))
    return {
      found: ({ code, evidence }) => tell(`found.${code}`, values(evidence)),
      why: ({ code, evidence }) => tell(`why.${code}`, values(evidence), ''),
      fix: ({ code, evidence }) => tell(`fix.${code}`, values(evidence), ''),
      unknown: ({ reason, evidence }) => tell(`unknown.${reason}`, values({ members: 'none', ...evidence })),
      nameOf: (inspection) => tell(`inspections.${inspection}.name`),
      fact: (name, value) => [value].flat().map((one) => String(typeof one === 'boolean' ? one : show(name, one))),
    }
  }, [tell, clusters, shown])
}
