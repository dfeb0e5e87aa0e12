import { boundEvidence } from '#lib/bound-evidence.ts'
import type { Evidence } from '#lib/contracts/evidence.ts'
import type { FindingSubject, InspectionId, VerdictView } from '#lib/contracts/inspections.ts'
import { couldNotTell } from './could-not-tell.ts'
import type { ClusterFacts } from './facts.ts'
import { isSeen } from './facts.ts'
import { inspections } from './index.ts'
import type { FindingCodes, Inspection, Judgement } from './inspection.ts'
import { theCluster } from './inspection.ts'

/** What all inspections that are switched on say of one collection. */
export interface Judged {
  readonly inspections: readonly InspectionId[]
  /** Decimal ids of the members the cluster has; null where it could not be asked. */
  readonly memberIds: readonly string[] | null
  /** No two with the same key. */
  readonly verdicts: readonly VerdictView[]
}

/** As stored, `{}` for the defaults; null switches the inspection off. */
export type SettingsOf = (inspection: Inspection) => Readonly<Record<string, unknown>> | null

/**
 * Judges the sound facts of one collection by every inspection that is switched on. One that fails could not tell; why is for
 * `onFailure`, and the others are judged all the same.
 */
export function judgeAll(
  facts: ClusterFacts,
  settingsOf: SettingsOf,
  onFailure: (inspection: Inspection, error: unknown) => void,
): Judged {
  const judge = (inspection: Inspection, settings: unknown) => {
    try {
      return toVerdicts(inspection, inspection.judge(facts, settings))
    } catch (error) {
      onFailure(inspection, error)
      return toVerdicts(inspection, [{ subject: theCluster, ...couldNotTell('inspection-failed') }])
    }
  }
  const enabled = inspections.flatMap((inspection) => {
    const settings = settingsOf(inspection)
    return settings === null ? [] : [{ inspection, settings }]
  })
  return {
    inspections: enabled.map(({ inspection }) => inspection.id),
    memberIds: isSeen(facts.list) ? facts.members.map(({ id }) => String(id)) : null,
    verdicts: enabled.flatMap(({ inspection, settings }) => judge(inspection, settings)),
  }
}

/** @throws Error for two judgements about the same thing: one of them would be lost */
function toVerdicts(inspection: Inspection, judgements: readonly Judgement<FindingCodes>[]): VerdictView[] {
  const verdicts = judgements.map((judgement) => toVerdict(inspection, judgement))
  const keys = new Set(verdicts.map(({ key }) => key))
  if (keys.size < verdicts.length) throw new Error(`The inspection ${inspection.id} judges one thing twice`)
  return verdicts
}

function toVerdict({ id, codes }: Inspection, judgement: Judgement<FindingCodes>): VerdictView {
  const { subject, aspect } = judgement
  const about = { inspection: id, key: keyOf(id, subject, aspect), subject }
  if (judgement.verdict === 'ok') return { ...about, verdict: 'ok' }
  const evidence = boundEvidence({ ...judgement.evidence } satisfies Evidence)
  if (judgement.verdict === 'unknown') return { ...about, verdict: 'unknown', reason: judgement.reason, evidence }
  const { severity, code } = judgement
  const source = judgement.source ?? codes[code]?.source ?? 'kstone'
  return { ...about, verdict: 'finding', severity, code, source, evidence }
}

/** `quorum`, `alarms/10276657743932975437/nospace`: ids hold no slash, so that no two things share a key. */
function keyOf(id: InspectionId, subject: FindingSubject, aspect?: string): string {
  return [id, ...(subject.kind === 'member' ? [subject.memberId] : []), ...(aspect ? [aspect] : [])].join('/')
}
