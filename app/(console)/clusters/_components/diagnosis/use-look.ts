'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { useAttempt, useTeamId } from '#app/_components/api/api-provider.tsx'
import { apiStream } from '#app/_components/api/client.ts'
import { ApiProblem, networkProblem } from '#app/_components/api/problem.ts'
import { linesOf } from '#app/_components/api/stream-lines.ts'
import type { KeyTranslator } from '#app/_components/use-key-translator.ts'
import { useKeyTranslator } from '#app/_components/use-key-translator.ts'
import type { ClusterAccess } from '#lib/contracts/cluster-access.ts'
import type { DiagnosisLine, DiagnosisView, StageResult } from '#lib/contracts/diagnosis.ts'
import { diagnosisLine } from '#lib/contracts/diagnosis.ts'
import { sentenceValues } from './sentence-values.ts'

/** One look at a cluster: what it has told so far, and its end. */
export interface Look {
  /** What it was asked with: another one is about something else. */
  of: string
  stages: readonly StageResult[]
  endpointCount: number
  isRunning: boolean
  /** Present when it came to its end. */
  diagnosis?: DiagnosisView
}

export interface LookControl {
  look: Look | undefined
  /** Looks, and tells while it goes on. Throws ApiProblem when it is refused or breaks off; a newer one ends it silently. */
  start: (access: ClusterAccess, of: string) => Promise<void>
  /** Shows a diagnosis somebody else asked for, as the import itself does. */
  show: (diagnosis: DiagnosisView, of: string) => void
}

/** Looks at a cluster that is not stored, stage by stage. */
export function useLook(): LookControl {
  const [look, setLook] = useState<Look>()
  const teamId = useTeamId()
  const attempt = useAttempt()
  const sentence = useKeyTranslator('errors')
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const start = useCallback(
    async (access: ClusterAccess, of: string) => {
      running.current?.abort()
      const own = new AbortController()
      running.current = own
      const { signal } = own
      let told: Look = { of, stages: [], endpointCount: access.endpoints.length, isRunning: true }
      const tell = (change: Partial<Look>) => {
        told = { ...told, ...change }
        if (!signal.aborted) setLook(told)
      }
      tell({})
      try {
        const body = await attempt(() => apiStream('POST', '/cluster-diagnoses', { teamId, body: access, signal }))
        const diagnosis = await readDiagnosis(linesOf(body, diagnosisLine, signal), {
          onStage: (stage) => tell({ stages: [...told.stages, stage] }),
          sentence,
        })
        tell({ stages: diagnosis.stages, diagnosis, isRunning: false })
      } catch (error) {
        if (signal.aborted) return
        // Refused before anything was looked at: there is nothing to show of it.
        setLook(told.stages.length === 0 ? undefined : { ...told, isRunning: false })
        throw error
      }
    },
    [teamId, attempt, sentence],
  )

  const show = useCallback((diagnosis: DiagnosisView, of: string) => {
    running.current?.abort()
    setLook({ of, diagnosis, stages: diagnosis.stages, endpointCount: 1, isRunning: false })
  }, [])

  return { look, start, show }
}

interface Listener {
  onStage: (stage: StageResult) => void
  sentence: KeyTranslator
}

/** @throws ApiProblem when it breaks off */
async function readDiagnosis(
  lines: AsyncIterable<DiagnosisLine>,
  { onStage, sentence }: Listener,
): Promise<DiagnosisView> {
  for await (const line of lines) {
    if ('stage' in line) onStage(line.stage)
    if ('problem' in line) throw brokenOff(line.problem, sentence)
    if ('diagnosis' in line) return line.diagnosis
  }
  throw networkProblem(new Error('the diagnosis ended without its last line'))
}

function brokenOff(problem: { code: string; details: Record<string, unknown> }, sentence: KeyTranslator): ApiProblem {
  const detail = sentence(problem.code, sentenceValues(problem.details), '')
  const nothing = { errors: [], requestId: undefined, retryAfterSeconds: undefined }
  return new ApiProblem({ status: 500, code: problem.code, detail, ...nothing })
}
