import type { DiagnosisStage, StageResult, Verdict } from '#lib/contracts/diagnosis.ts'
import { diagnosisStages } from '#lib/contracts/diagnosis.ts'

/** How far a stage is: not begun, under way, or what it found. */
export type StageState = 'waiting' | 'running' | Verdict

export interface StageRow {
  stage: DiagnosisStage
  state: StageState
  results: readonly StageResult[]
  /** The longest of its parts, which run side by side; null while nothing came. */
  durationMs: number | null
}

export interface Told {
  stages: readonly StageResult[]
  /** As many as are looked at side by side. */
  endpointCount: number
  isRunning: boolean
}

/** These look at each endpoint, the others at the cluster as a whole. */
const perEndpoint: readonly DiagnosisStage[] = ['address', 'dns', 'tcp', 'tls', 'etcd']

export const worstFirst: readonly Verdict[] = ['fail', 'unknown', 'warn', 'pass']

/** The first stage that failed; where none did and it was not enough all the same, the first that could not tell. */
export function stageInTheWay(stages: readonly StageResult[]): DiagnosisStage | undefined {
  const firstWith = (verdict: Verdict) =>
    diagnosisStages.find((stage) => stages.some((result) => result.stage === stage && result.verdict === verdict))
  return firstWith('fail') ?? firstWith('unknown')
}

/** All ten stages in their order, however many of them have been told of by now. */
export function stageRows(told: Told): StageRow[] {
  return diagnosisStages.map((stage, index) => {
    const results = told.stages.filter((result) => result.stage === stage)
    const before = diagnosisStages[index - 1]
    const isNext = before === undefined || told.stages.some((result) => result.stage === before)
    const durations = results.map(({ durationMs }) => durationMs)
    return {
      stage,
      state: stateOf(results, { ...told, stage, isNext }),
      results,
      durationMs: durations.length === 0 ? null : Math.max(...durations),
    }
  })
}

interface Situation extends Told {
  stage: DiagnosisStage
  isNext: boolean
}

function stateOf(results: readonly StageResult[], { stage, endpointCount, isRunning, isNext }: Situation): StageState {
  const wanted = perEndpoint.includes(stage) ? endpointCount : 1
  const isComplete = new Set(results.map(({ endpoint }) => endpoint)).size >= wanted
  if (isRunning && !isComplete) return isNext ? 'running' : 'waiting'
  const found = results.map(({ verdict }) => verdict)
  return worstFirst.find((verdict) => found.includes(verdict)) ?? 'unknown'
}
