import { isDeepStrictEqual } from 'node:util'
import type { Resolution, VerdictView } from '#lib/contracts/inspections.ts'
import type { Judged } from './judge-all.ts'

type FindingVerdict = Extract<VerdictView, { verdict: 'finding' }>

/** A finding that is there, as it was last seen. */
export interface OpenFinding extends Omit<FindingVerdict, 'verdict'> {
  readonly openedAt: Date
  /** When it was last judged to be there. */
  readonly seenAt: Date
  /** When severity, code or evidence last changed. */
  readonly changedAt: Date
}

/** What becomes of findings. Every open one stands in exactly one list, or in none: then nobody could tell, and it stays as it was. */
export interface Reconciled<Row extends OpenFinding> {
  readonly opened: readonly OpenFinding[]
  /** Still there, and alike but for `seenAt`. */
  readonly seen: readonly Row[]
  readonly changed: readonly { readonly before: Row; readonly now: Row }[]
  readonly resolved: readonly { readonly finding: Row; readonly resolution: Resolution }[]
}

/**
 * Holds what is judged `at` a time against the findings that are open: at most one for each key. What an inspection could not
 * tell neither opens nor resolves anything; what nobody judges any more, or has no subject any more, is resolved.
 */
export function reconcile<Row extends OpenFinding>(open: readonly Row[], judged: Judged, at: Date): Reconciled<Row> {
  const verdicts = new Map(judged.verdicts.map((verdict) => [verdict.key, verdict]))
  const keys = new Set(open.map(({ key }) => key))
  const found = [...verdicts.values()].flatMap((one) => (one.verdict === 'finding' && !keys.has(one.key) ? one : []))
  const still = open.flatMap((before) => {
    const verdict = verdicts.get(before.key)
    return verdict?.verdict === 'finding' ? [{ before, verdict }] : []
  })
  const seen = still.filter(({ before, verdict }) => isAlike(before, verdict))
  const changed = still.filter(({ before, verdict }) => !isAlike(before, verdict))
  return {
    opened: found.map(({ verdict: _, ...finding }) => ({ ...finding, openedAt: at, seenAt: at, changedAt: at })),
    seen: seen.map(({ before }) => ({ ...before, seenAt: at })),
    changed: changed.map(({ before, verdict: { verdict: _, ...told } }) => {
      return { before, now: { ...before, ...told, seenAt: at, changedAt: at } }
    }),
    resolved: open.flatMap((finding) => {
      const resolution = resolutionOf(finding, verdicts.get(finding.key), judged)
      return resolution ? [{ finding, resolution }] : []
    }),
  }
}

function isAlike(before: OpenFinding, now: FindingVerdict): boolean {
  const told = ({ severity, code, source, evidence }: OpenFinding | FindingVerdict) => {
    return { severity, code, source, evidence }
  }
  return isDeepStrictEqual(told(before), told(now))
}

function resolutionOf(
  { inspection, subject }: OpenFinding,
  verdict: VerdictView | undefined,
  { inspections, memberIds }: Judged,
): Resolution | undefined {
  if (verdict) return verdict.verdict === 'ok' ? 'cleared' : undefined
  if (!inspections.includes(inspection)) return 'switched-off'
  const isGone = subject.kind === 'member' && memberIds !== null && !memberIds.includes(subject.memberId)
  return isGone ? 'subject-gone' : undefined
}
