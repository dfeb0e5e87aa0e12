import { z } from 'zod'
import { evidence } from './evidence.ts'
import { labelFilter } from './labels.ts'
import { id, instant, pageQuery } from './paging.ts'

/** Mildest first. `critical` is what endangers the data or the service now and is worth waking somebody. */
export const severities = ['info', 'warning', 'critical'] as const
export type Severity = (typeof severities)[number]

/** Switches of a cluster that inspections belong to; one that is off costs the cluster nothing. */
export const inspectionFeatures = ['healthy', 'consistency', 'alarm', 'request', 'backupcheck'] as const
export type InspectionFeature = (typeof inspectionFeatures)[number]

/** Stored and shown in addresses: never renamed. Each has its words in `messages/<locale>/inspections.json`. */
export const inspectionIds = [
  'access',
  'alarms',
  'backup-freshness',
  'backup-proof',
  'backup-revision',
  'backup-size',
  'backup-storage',
  'certificates',
  'consistency',
  'db-size',
  'key-count',
  'leader-changes',
  'membership',
  'quorum',
  'reachability',
  'version-advice',
  'version-skew',
] as const
export type InspectionId = (typeof inspectionIds)[number]

/** Why an inspection could not tell, the most telling first; each has a sentence (`unknown.<reason>`). */
export const unknownReasons = [
  'needs-root',
  'not-let-in',
  'version-too-old',
  'version-not-known',
  'quota-not-known',
  'another-answered',
  'call-failed',
  'member-silent',
  'not-asked',
  'outdated',
  'not-collected-yet',
  'nothing-to-compare',
  'not-comparable',
  'not-all-counted',
  'backups-off',
  'no-storage-target',
  'no-backup-due-yet',
  'too-few-backups',
  'backup-of-another',
  'no-drill-yet',
  'inspection-failed',
] as const
export type UnknownReason = (typeof unknownReasons)[number]

/** Where a threshold or a judgement comes from; each has its words (`sources.<source>`). */
export const thresholdSources = [
  'etcd',
  'etcd-mixin',
  'openshift',
  'etcdctl-check',
  'etcd-diagnosis',
  'etcd-advisories',
  'kstone',
] as const
export type ThresholdSource = (typeof thresholdSources)[number]

/** What a setting is counted in; each has its words (`units.<unit>`). */
export const settingUnits = [
  'percent',
  'days',
  'hours',
  'minutes',
  'seconds',
  'times',
  'keys',
  'intervals',
  'megabytes',
] as const
export type SettingUnit = (typeof settingUnits)[number]

/** What a verdict or finding is about. */
export const findingSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cluster') }),
  /** etcd's member id, decimal. */
  z.object({ kind: z.literal('member'), memberId: z.string() }),
])
export type FindingSubject = z.infer<typeof findingSubject>

const judged = {
  inspection: z.enum(inspectionIds),
  /** The same for as long as it is about the same thing: `db-size/10276657743932975437`, `quorum`. */
  key: z.string(),
  subject: findingSubject,
}

/** What a finding says: `code` chooses its sentences (`found`, `why`, `fix`), filled in with `evidenceValues`. */
const found = { severity: z.enum(severities), code: z.string(), source: z.enum(thresholdSources), evidence }

/** One judgement of one inspection about one thing. `unknown` is never the same as `ok`. */
export const verdictView = z.discriminatedUnion('verdict', [
  z.object({ ...judged, verdict: z.literal('ok') }),
  z.object({ ...judged, verdict: z.literal('finding'), ...found }),
  z.object({ ...judged, verdict: z.literal('unknown'), reason: z.enum(unknownReasons), evidence }),
])
export type VerdictView = z.infer<typeof verdictView>

/** Why a finding ended: it is cleared, what it was about is gone, or nobody looks at it any more. */
export const resolutions = ['cleared', 'subject-gone', 'switched-off'] as const
export type Resolution = (typeof resolutions)[number]

export const findingStates = ['open', 'resolved'] as const

export const findingView = z.object({
  id,
  clusterId: id,
  clusterName: z.string(),
  ...judged,
  feature: z.enum(inspectionFeatures),
  ...found,
  state: z.enum(findingStates),
  openedAt: instant,
  /** When it was last judged to be there. */
  seenAt: instant,
  /** When its severity, code or evidence last changed. */
  changedAt: instant,
  resolvedAt: instant.nullable(),
  resolution: z.enum(resolutions).nullable(),
  /** Lines to copy into a shell, in this order; secrets and files in them are named, not written out. */
  commands: z.array(z.string()),
})
export type FindingView = z.infer<typeof findingView>

export const findingParams = z.object({ findingId: id })

/** What the list can be sorted by; with a minus the other way round. `-severity` has the worst first, of them the newest. */
const findingSorts = ['severity', 'openedAt'] as const

export const listFindingsQuery = pageQuery.extend({
  state: z.enum(findingStates).default('open'),
  severity: z.enum(severities).optional(),
  inspection: z.enum(inspectionIds).optional(),
  clusterId: id.optional(),
  /** `env=prod`, or `env` for any value: of the clusters' labels. */
  label: labelFilter.optional(),
  sort: z.templateLiteral([z.enum(['', '-']), z.enum(findingSorts)]).default('-severity'),
})
export type ListFindings = z.output<typeof listFindingsQuery>

/** The settings of one inspection as a form is made from: each property has a default, its `unit` and its `source`. */
export const settingsFormView = z.object({
  inspection: z.enum(inspectionIds),
  feature: z.enum(inspectionFeatures),
  schema: z.record(z.string(), z.json()),
})
export type SettingsFormView = z.infer<typeof settingsFormView>
