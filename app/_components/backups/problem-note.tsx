'use client'

import { useCallback } from 'react'
import { Alert } from '../ui/alert.tsx'
import type { Tone } from '../ui/tone.tsx'
import { useKeyTranslator } from '../use-key-translator.ts'

export type ProblemDetails = Readonly<Record<string, unknown>>

/** What keeps a backup or a storage from being in order, in a sentence with what to do: by its code. */
export function useProblemSentence(): (code: string, details?: ProblemDetails) => string {
  const ours = useKeyTranslator('backups')
  const errors = useKeyTranslator('errors')
  return useCallback(
    (code, details = {}) => {
      const params = Object.fromEntries(
        Object.entries(details).flatMap(([name, value]) =>
          typeof value === 'string' || typeof value === 'number' ? [[name, value]] : [],
        ),
      )
      return ours(`problems.${code}`, params, errors(code, params))
    },
    [ours, errors],
  )
}

/** In the order in which they help. */
const shown = ['permission', 'rightRegion', 'region', 'ourTime', 'storageTime', 'cause', 'said', 'reason', 'status']

/** What a failure rests on, one fact a line: the missing permission, the right region, the storage's own words. */
export function ProblemFacts({ details }: { details: ProblemDetails }) {
  const nameOf = useKeyTranslator('backups')
  const facts = shown.flatMap((name) => {
    const value = details[name]
    return (typeof value === 'string' && value !== '') || typeof value === 'number' ? [[name, String(value)]] : []
  })
  if (facts.length === 0) return null
  return (
    <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
      {facts.map(([name = '', value = '']) => (
        <div key={name} className="contents">
          <dt className="text-muted">{nameOf(`details.${name}`, {}, name)}</dt>
          <dd translate="no" className="min-w-0 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
            {value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

interface ProblemNoteProps {
  code: string
  details?: ProblemDetails
  title: string
  tone?: Tone
}

/** A stored failure: cause, fix, and what it rests on. */
export function ProblemNote({ code, details = {}, title, tone = 'danger' }: ProblemNoteProps) {
  const sentenceOf = useProblemSentence()
  return (
    <Alert tone={tone} title={title} live={false}>
      <p>{sentenceOf(code, details)}</p>
      <ProblemFacts details={details} />
    </Alert>
  )
}
