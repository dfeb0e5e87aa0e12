'use client'

import { useInstantText } from '#app/_components/ui/use-instant-text.ts'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { StageResult } from '#lib/contracts/diagnosis.ts'
import type { Evidence } from '#lib/contracts/evidence.ts'
import { evidenceValues } from '#lib/contracts/evidence.ts'

export interface FindingText {
  /** What a finding means, in a sentence. */
  found: (result: Pick<StageResult, 'code' | 'evidence'>) => string
  /** How to mend it; empty where there is nothing to mend. */
  fix: (result: Pick<StageResult, 'code' | 'evidence'>) => string
  /** A piece of evidence as it is shown. */
  fact: (value: Evidence[string]) => string
}

/** What an operator would type, or set, to open an address; `none` where nothing opens it. */
function wayOf(grant: Evidence[string] | undefined): string {
  if (typeof grant !== 'string') return 'none'
  return grant.startsWith('--allow ') ? `npm start -- ${grant}` : grant
}

/** Findings in the reader's words and time zone. */
export function useFindingText(): FindingText {
  const tell = useKeyTranslator('diagnosis')
  const shown = useInstantText()
  const values = (evidence: Evidence) =>
    Object.fromEntries(Object.entries(evidenceValues(evidence)).map(([name, value]) => [name, shown(value)]))
  return {
    found: ({ code, evidence }) => tell(`found.${code}`, values(evidence)),
    fix: ({ code, evidence }) => tell(`fix.${code}`, { ...values(evidence), grant: wayOf(evidence.grant) }, ''),
    fact: (value) => String(values({ value }).value),
  }
}
