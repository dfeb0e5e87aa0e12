'use client'

import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import { useFindingText } from '#app/(console)/clusters/_components/diagnosis/use-finding-text.ts'
import type { ImportFormat, RowProblem } from '#lib/contracts/cluster-imports.ts'
import type { FindingCode } from '#lib/contracts/diagnosis.ts'
import { findingCodes } from '#lib/contracts/diagnosis.ts'
import { evidenceValues } from '#lib/contracts/evidence.ts'
import { fieldName } from './field-name.ts'

interface Told {
  sentence: string
  fix: string
}

interface RowProblemsProps {
  format: ImportFormat
  problems: readonly RowProblem[]
  /** Whether they keep the row out: then the first is told at once, else all are told when asked. */
  isInTheWay: boolean
}

/** What was found of a row, and how to mend it. */
export function RowProblems({ format, problems, isInTheWay }: RowProblemsProps) {
  const t = useTranslations('cluster-imports.rows')
  const tell = useProblemText(format)
  const [isOpen, setOpen] = useState(false)
  const told = problems.map(tell)
  const shownAlways = isInTheWay ? 1 : 0
  const hidden = told.length - shownAlways
  return (
    <div className="flex min-w-0 flex-col items-start gap-1 text-left [overflow-wrap:anywhere]">
      {(isOpen ? told : told.slice(0, shownAlways)).map(({ sentence, fix }) => (
        <p key={sentence}>
          {sentence}
          {fix ? <span className="block text-muted">{fix}</span> : null}
        </p>
      ))}
      {hidden > 0 ? (
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="min-h-6 rounded-sm text-accent-ink text-sm underline-offset-2 hover:underline"
        >
          {isOpen ? t('fewer') : t(isInTheWay ? 'more' : 'notes', { count: hidden })}
        </button>
      ) : null}
    </div>
  )
}

function useProblemText(format: ImportFormat): (problem: RowProblem) => Told {
  const t = useTranslations('cluster-imports.rows')
  const { found, fix } = useFindingText()
  const validation = useKeyTranslator('validation')
  const errors = useKeyTranslator('errors')
  return ({ kind, path, code, params }) => {
    const values = evidenceValues(params)
    if (kind === 'finding' && isFinding(code)) {
      const result = { code, evidence: params }
      return { sentence: found(result), fix: fix(result) }
    }
    if (kind === 'failure') return { sentence: errors(code, values), fix: '' }
    const sentence = validation(code, values, validation('malformed'))
    return { sentence: path === '' ? sentence : t('field', { path: fieldName(format, path), sentence }), fix: '' }
  }
}

function isFinding(code: string): code is FindingCode {
  return findingCodes.some((known) => known === code)
}
