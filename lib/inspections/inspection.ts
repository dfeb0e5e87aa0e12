import type { z } from 'zod'
import type { Evidence } from '#lib/contracts/evidence.ts'
import type {
  FindingSubject,
  InspectionFeature,
  InspectionId,
  Severity,
  ThresholdSource,
} from '#lib/contracts/inspections.ts'
import type { Unknown } from './could-not-tell.ts'
import { couldNotTell, reasonOf } from './could-not-tell.ts'
import type { ClusterFactName, ClusterFacts, FactName, ListedMember, NotSeen, Seen } from './facts.ts'
import { factsNamed, isSeen } from './facts.ts'

/** What a finding of this code is told with, and where the judgement comes from. */
interface CodeDescription {
  readonly source: ThresholdSource
  /** The names of its evidence, all of them always given: sentences and advice are made of them. */
  readonly evidence: readonly string[]
}

/** Every code an inspection can find. Codes are unique among all inspections, stored, and never renamed. */
export type FindingCodes = Readonly<Record<string, CodeDescription>>

interface Judged {
  readonly subject: FindingSubject
  /** Tells apart what one inspection finds independently about one subject; part of the key. */
  readonly aspect?: string
}

interface FindingOf<Code, Description extends CodeDescription> extends Judged {
  readonly verdict: 'finding'
  readonly severity: Severity
  readonly code: Code
  /** Where it is not the one of the code. */
  readonly source?: ThresholdSource
  readonly evidence: Readonly<Record<Description['evidence'][number], Evidence[string]>>
}

/** What an inspection says about one subject. */
export type Judgement<Codes extends FindingCodes> =
  | (Judged & { readonly verdict: 'ok' })
  | { [Code in keyof Codes & string]: FindingOf<Code, Codes[Code]> }[keyof Codes & string]
  | (Judged & Unknown)

/** The facts with those it needs being seen. */
type FactsWith<Needs extends FactName> = ClusterFacts & {
  readonly [Name in Needs & ClusterFactName]: Extract<ClusterFacts[Name], Seen<unknown>>
}

interface Definition<Settings extends z.ZodObject, Codes extends FindingCodes, Needs extends FactName> {
  readonly id: InspectionId
  readonly feature: InspectionFeature
  /** `cluster`: one judgement about the whole. `member`: about members, each on its own. */
  readonly scope: 'cluster' | 'member'
  /**
   * What it cannot judge without. Without a fact of the cluster it is not asked at all, and the verdict is `unknown`. Where
   * a member lacks one of its own, the inspection says what that leaves open.
   */
  readonly needs: readonly Needs[]
  /** What it tells more with where it is known. */
  readonly uses?: readonly FactName[]
  /** Every threshold has a default, a unit and a source. */
  readonly settings: Settings
  readonly codes: Codes
  /**
   * Says something about each subject every time, since what is not said again stays as it was. Knows no clock: `facts.at`
   * is now.
   */
  readonly judge: (facts: FactsWith<Needs>, settings: z.output<Settings>) => readonly Judgement<Codes>[]
}

export interface Inspection extends Omit<Definition<z.ZodObject, FindingCodes, FactName>, 'judge'> {
  /** @throws ZodError for settings that are none; what was stored is not what was checked. */
  readonly judge: (facts: ClusterFacts, settings: unknown) => readonly Judgement<FindingCodes>[]
}

export function defineInspection<
  Settings extends z.ZodObject,
  const Codes extends FindingCodes,
  const Needs extends FactName,
>(definition: Definition<Settings, Codes, Needs>): Inspection {
  const { needs, settings, judge } = definition
  const hasNeeded = (facts: ClusterFacts): facts is FactsWith<Needs> => !missingFact(facts, needs)
  return {
    ...definition,
    judge: (facts, given) => {
      const missing = missingFact(facts, needs)
      if (missing) return [{ subject: theCluster, ...couldNotTell(reasonOf(missing.problem)) }]
      const judgements = hasNeeded(facts) ? judge(facts, settings.parse(given)) : []
      return judgements.length > 0 ? judgements : [{ subject: theCluster, ...couldNotTell('not-collected-yet') }]
    },
  }
}

function missingFact(facts: ClusterFacts, needs: readonly FactName[]): NotSeen | undefined {
  const ofCluster = needs.filter((name) => !name.startsWith('members.'))
  return ofCluster.flatMap((name) => factsNamed(facts, name).flatMap((fact) => (isSeen(fact) ? [] : fact)))[0]
}

export const theCluster: FindingSubject = { kind: 'cluster' }

export function theMember({ id }: Pick<ListedMember, 'id'>): FindingSubject {
  return { kind: 'member', memberId: String(id) }
}
