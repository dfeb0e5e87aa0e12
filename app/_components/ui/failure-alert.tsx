'use client'

import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { Alert } from './alert.tsx'

/** What went wrong, in a sentence for people. */
export function useFailureText(): (error: unknown) => string {
  const t = useTranslations('ui.failure')
  return (error) => {
    if (error instanceof ApiProblem && error.detail !== '') return error.detail
    return error instanceof ApiProblem && error.status === 0 ? t('network') : t('unexpected')
  }
}

export interface FailureAlertProps {
  /** What was thrown; nothing is shown while there is nothing. */
  error: unknown
  /** Default: "That did not work". */
  title?: ReactNode
  /** Faults that belong to no field on the page. */
  messages?: readonly string[]
  /** E.g. a button that tries again. */
  action?: ReactNode
}

/** A failed request: cause and fix, how long to wait, and the request id to quote. */
export function FailureAlert({ error, title, messages = [], action }: FailureAlertProps) {
  const t = useTranslations('ui.failure')
  const textOf = useFailureText()
  if (!error && messages.length === 0) return null
  const { requestId, retryAfterSeconds, detail } = error instanceof ApiProblem ? error : {}
  return (
    <Alert tone="danger" title={title ?? t('title')} action={action}>
      {error ? <p>{textOf(error)}</p> : null}
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      {retryAfterSeconds && !detail ? <p>{t('retryAfter', { seconds: retryAfterSeconds })}</p> : null}
      {requestId ? <p className="mt-1 font-mono text-muted text-xs">{t('requestId', { requestId })}</p> : null}
    </Alert>
  )
}
