import { describe, expect, test } from 'vitest'
import type { DiagnosisStage, FindingCode, StageResult, Verdict } from '#lib/contracts/diagnosis.ts'
import { diagnosisStages } from '#lib/contracts/diagnosis.ts'
import { stageInTheWay, stageRows } from './stage-rows.ts'

function result(stage: DiagnosisStage, verdict: Verdict, more: Partial<StageResult> = {}): StageResult {
  const code: FindingCode = 'not-reached'
  return { stage, verdict, code, endpoint: null, durationMs: 1, evidence: {}, command: null, ...more }
}

const one = 'https://one:2379'
const two = 'https://two:2379'
const stateOf = (stage: DiagnosisStage, rows: ReturnType<typeof stageRows>) =>
  rows.find((row) => row.stage === stage)?.state

describe('stageRows', () => {
  test('shows all ten in their order before anything is told, the first one under way', () => {
    const rows = stageRows({ stages: [], endpointCount: 2, isRunning: true })
    expect(rows.map(({ stage }) => stage)).toEqual(diagnosisStages)
    expect(rows.map(({ state }) => state)).toEqual(['running', ...Array.from({ length: 9 }, () => 'waiting')])
  })

  test('keeps a stage under way until each endpoint was told of', () => {
    const first = result('address', 'pass', { endpoint: one })
    const told = { endpointCount: 2, isRunning: true }
    expect(stateOf('address', stageRows({ ...told, stages: [first] }))).toBe('running')
    const both = [first, result('address', 'pass', { endpoint: two })]
    expect(stateOf('address', stageRows({ ...told, stages: both }))).toBe('pass')
  })

  test('begins a stage as soon as the one before it has told of one endpoint', () => {
    const rows = stageRows({
      stages: [result('address', 'pass', { endpoint: one })],
      endpointCount: 2,
      isRunning: true,
    })
    expect([stateOf('dns', rows), stateOf('tcp', rows)]).toEqual(['running', 'waiting'])
  })

  test.each<[Verdict[], Verdict]>([
    [['pass', 'warn'], 'warn'],
    [['warn', 'unknown'], 'unknown'],
    [['unknown', 'fail', 'pass'], 'fail'],
    [['pass', 'pass'], 'pass'],
  ])('the worst of %j is %s: what could not be told is never passed', (verdicts, worst) => {
    const stages = verdicts.map((verdict) => result('members', verdict))
    expect(stateOf('members', stageRows({ stages, endpointCount: 1, isRunning: false }))).toBe(worst)
  })

  test('what was not told of when it ended is unknown', () => {
    expect(stateOf('metrics', stageRows({ stages: [], endpointCount: 1, isRunning: false }))).toBe('unknown')
  })

  test('a stage takes as long as its slowest part', () => {
    const stages = [
      result('tcp', 'pass', { endpoint: one, durationMs: 3 }),
      result('tcp', 'pass', { endpoint: two, durationMs: 40 }),
    ]
    const rows = stageRows({ stages, endpointCount: 2, isRunning: true })
    expect(rows.find(({ stage }) => stage === 'tcp')?.durationMs).toBe(40)
    expect(rows.find(({ stage }) => stage === 'tls')?.durationMs).toBeNull()
  })
})

describe('stageInTheWay', () => {
  test.each<[string, StageResult[], DiagnosisStage | undefined]>([
    ['nothing', [result('address', 'pass'), result('tls', 'warn')], undefined],
    [
      'the first that failed',
      [result('quorum', 'fail'), result('etcd', 'unknown'), result('members', 'fail')],
      'members',
    ],
    ['what could not be told', [result('rights', 'unknown'), result('authentication', 'unknown')], 'authentication'],
  ])('is %s', (_, stages, stage) => {
    expect(stageInTheWay(stages)).toBe(stage)
  })
})
