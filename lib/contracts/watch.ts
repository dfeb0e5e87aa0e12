import { z } from 'zod'
import { clusterStates, memberStates } from './clusters.ts'
import { evidence } from './evidence.ts'
import { inspectionFeatures, inspectionIds, settingsFormView, verdictView } from './inspections.ts'
import { id, instant } from './paging.ts'

/** A 64-bit number as a decimal string. */
const decimal = z.string()

/** What a member said, or why it could not be asked. */
const memberWatchView = z.object({
  /** etcd's member id, decimal. */
  memberId: z.string(),
  name: z.string(),
  address: z.string().nullable(),
  role: z.enum(['leader', 'follower', 'learner', 'unknown']),
  state: z.enum(memberStates),
  /** Code of what stood in the way. */
  problem: z.string().nullable(),
  downSince: instant.nullable(),
  /** When the figures were seen; null where nothing was. They stay when a later look sees nothing. */
  seenAt: instant.nullable(),
  version: z.string(),
  dbSizeBytes: decimal.nullable(),
  dbInUseBytes: decimal.nullable(),
  /** Less than 0 for no quota; null while nobody knows it. */
  quotaBytes: decimal.nullable(),
  raftTerm: decimal.nullable(),
  raftIndex: decimal.nullable(),
  raftAppliedIndex: decimal.nullable(),
  revision: decimal.nullable(),
  latencyMs: z.number().nullable(),
})
export type MemberWatchView = z.infer<typeof memberWatchView>

/** How far members lie apart: now, and the most of the last 24 hours. Null while fewer than two can be compared. */
const spreadView = z.object({ now: decimal.nullable(), max: decimal.nullable() })

export const clusterWatchView = z.object({
  clusterId: id,
  state: z.enum(clusterStates),
  /** What the quorum inspection found, which says the verdict in a sentence; null where all is well or nobody could tell. */
  verdict: z.object({ code: z.string(), evidence }).nullable(),
  problem: z.string().nullable(),
  etcdClusterId: z.string().nullable(),
  isPaused: z.boolean(),
  collection: z.object({
    everySeconds: z.number().int(),
    /** When the last one began; null before the first. */
    at: instant.nullable(),
    nextDueAt: instant.nullable(),
    lateMs: z.number().int().nullable(),
    tookMs: z.number().int().nullable(),
    /** Collections in a row that nobody answered: the next ones come later and later. */
    failures: z.number().int(),
    /** Somebody asked for one, and it has not come yet. */
    isAsked: z.boolean(),
  }),
  members: z.array(memberWatchView),
  spread: z.object({ dbSizeBytes: spreadView, raftIndex: spreadView, revision: spreadView }),
  /** Everything every inspection said, also where all is well or it could not tell. */
  verdicts: z.array(verdictView),
})
export type ClusterWatchView = z.infer<typeof clusterWatchView>

export const collectionAskedView = z.object({ askedAt: instant })

/** What is drawn. `revisionRate` is revisions a second, `raftLag` entries behind the member that has come furthest. */
export const seriesMetrics = ['dbSizeBytes', 'dbInUseBytes', 'revisionRate', 'latencyMs', 'raftLag'] as const
export type SeriesMetric = (typeof seriesMetrics)[number]

/** The longest 13 months: nothing older is kept. */
export const seriesRangeMaxMs = 397 * 86_400_000

/** `to` is now and `from` an hour before it, where they are not given. */
export const seriesQuery = z
  .object({ from: instant.optional(), to: instant.optional() })
  .refine(({ from, to }) => !(rangeMsOf(from, to) <= 0), { path: ['to'], error: 'range-reversed' })
  .refine(({ from, to }) => !(rangeMsOf(from, to) > seriesRangeMaxMs), { path: ['from'], error: 'range-too-long' })

/** Not a number for a range whose one end is the clock's. */
function rangeMsOf(from: string | undefined, to: string | undefined): number {
  return Date.parse(to ?? '') - Date.parse(from ?? '')
}
export type SeriesQuery = z.output<typeof seriesQuery>

export const seriesView = z.object({
  from: instant,
  to: instant,
  /** How far points lie apart: at most 500 of each line. */
  stepSeconds: z.number().int(),
  /** The beginning of each step. */
  at: z.array(instant),
  members: z.array(
    z.object({
      memberId: z.string(),
      name: z.string(),
      /** One value for each step; null where nothing was seen. Latency is the mean, everything else the largest of the step. */
      values: z.record(z.enum(seriesMetrics), z.array(z.number().nullable())),
    }),
  ),
})
export type SeriesView = z.infer<typeof seriesView>

const settingsBySchema = z.record(z.string(), z.json())
const settingsByInspection = z.partialRecord(z.enum(inspectionIds), settingsBySchema)
const switches = z.record(z.enum(inspectionFeatures), z.boolean())

const everySeconds = z.int().min(10, { error: 'interval-too-short' }).max(3600, { error: 'interval-too-long' })

export const inspectionSettingsView = z.object({
  /** What a form is made from, in the order of the inspections' ids. */
  forms: z.array(settingsFormView),
  /** What holds, every setting named: defaults, then the team's, then the cluster's. */
  effective: z.record(z.enum(inspectionIds), settingsBySchema),
  /** What is set here and nowhere else. */
  own: settingsByInspection,
})
export type InspectionSettingsView = z.infer<typeof inspectionSettingsView>

export const clusterInspectionSettingsView = inspectionSettingsView.extend({
  features: switches,
  everySeconds: z.number().int(),
  /** What the team has set for all its clusters. */
  team: settingsByInspection,
})
export type ClusterInspectionSettingsView = z.infer<typeof clusterInspectionSettingsView>

/** A setting is one value, be it the wrong one: which is right is judged by the inspection. */
const settingsGiven = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))

/** Settings are replaced inspection by inspection; null takes those of an inspection back to what holds without them. */
const settingsChange = z.partialRecord(z.enum(inspectionIds), settingsGiven.nullable())

export const changeTeamInspectionsBody = z
  .strictObject({ settings: settingsChange })
  .meta({ example: { settings: { 'db-size': { warningPercent: 70 } } } })
export type ChangeTeamInspections = z.output<typeof changeTeamInspectionsBody>

export const changeClusterInspectionsBody = z
  .strictObject({
    features: z.partialRecord(z.enum(inspectionFeatures), z.boolean()).optional(),
    settings: settingsChange.optional(),
    everySeconds: everySeconds.optional(),
  })
  .meta({ example: { features: { consistency: false }, settings: { 'db-size': { criticalPercent: 90 } } } })
export type ChangeClusterInspections = z.output<typeof changeClusterInspectionsBody>
