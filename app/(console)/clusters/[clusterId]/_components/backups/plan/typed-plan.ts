import { z } from 'zod'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import type { BackupPlanView, ChangeBackupPlan, TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { changeBackupPlanBody } from '#lib/contracts/backup-plans.ts'
import type { BackupSchedule, RetentionSettings } from '#lib/contracts/backups.ts'
import { backupSchedule, compression, compressions, retentionSettings } from '#lib/contracts/backups.ts'

/** Choice that sets nothing here. */
export const asTeam = 'team'

/** Seconds between two backups that are offered by name; every other number can be typed. */
export const presetSeconds = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400] as const

const minuteSeconds = 60
const rungs = ['hourly', 'daily', 'weekly', 'monthly', 'keepAllHours'] as const

const number = z.number().optional()

/** What is in the fields: a choice and a field for each part of it, so that nothing typed is lost by choosing otherwise. */
const fields = z.object({
  isOn: z.boolean(),
  targetId: z.string(),
  /** `team`, seconds of a preset, `custom` or `cron`. */
  every: z.string(),
  customMinutes: number,
  expression: z.string(),
  timeZone: z.string(),
  retention: z.enum([asTeam, 'ladder', 'last']),
  hourly: number,
  daily: number,
  weekly: number,
  monthly: number,
  keepAllHours: number,
  count: number,
  retentionZone: z.string(),
  compression: z.enum([asTeam, ...compressions]),
  timeoutSeconds: number,
  drillEveryDays: number,
})
export type TypedPlan = z.input<typeof fields>

/** Everything a cluster can set; null is as the team has it. */
export type WholePlan = Required<{ [Name in keyof ChangeBackupPlan]: Exclude<ChangeBackupPlan[Name], undefined> }>

export type PlanForm = ApiForm<TypedPlan, WholePlan>

/** Field of the contract → where it is typed. */
const scheduleFields: Record<string, keyof TypedPlan> = {
  seconds: 'customMinutes',
  expression: 'expression',
  timeZone: 'timeZone',
}

/** That a ladder keeps nothing is told at its first rung. */
const retentionFields: Record<string, keyof TypedPlan> = { timeZone: 'retentionZone', policy: 'hourly' }

/** What was typed, as the plan it makes; what is wrong with a part is told at its field. */
export const typedPlan = fields.transform((typed, context): WholePlan => {
  const parse = <Value>(schema: z.ZodType<Value>, value: unknown, fieldOf: (name: string) => string): Value | null => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      context.addIssue({ ...issue, path: [fieldOf(String(issue.path.at(-1) ?? ''))] })
    }
    return null
  }
  const settings = changeBackupPlanBody.shape
  return {
    isOn: typed.isOn,
    targetId: typed.targetId === asTeam ? null : typed.targetId,
    schedule:
      typed.every === asTeam
        ? null
        : parse(backupSchedule, scheduleIn(typed), (name) => scheduleFields[name] ?? 'every'),
    retention:
      typed.retention === asTeam
        ? null
        : parse(retentionSettings, retentionIn(typed), (name) => retentionFields[name] ?? name),
    compression: typed.compression === asTeam ? null : parse(compression, typed.compression, () => 'compression'),
    timeoutSeconds: parse(settings.timeoutSeconds, typed.timeoutSeconds ?? null, () => 'timeoutSeconds') ?? null,
    drillEveryDays: parse(settings.drillEveryDays, typed.drillEveryDays ?? null, () => 'drillEveryDays') ?? null,
  }
})

function scheduleIn({ every, customMinutes, expression, timeZone }: TypedPlan): unknown {
  if (every === 'cron') return { kind: 'cron', expression, timeZone }
  const seconds = every === 'custom' ? Math.round((customMinutes ?? Number.NaN) * minuteSeconds) : Number(every)
  return { kind: 'interval', seconds }
}

function retentionIn(typed: TypedPlan): unknown {
  const { retention, count, retentionZone: timeZone } = typed
  if (retention === 'last') return { policy: { kind: 'last', count: count ?? Number.NaN }, timeZone }
  const ladder = Object.fromEntries(rungs.map((rung) => [rung, typed[rung] ?? Number.NaN]))
  return { policy: { kind: 'ladder', ...ladder }, timeZone }
}

interface Layers {
  plan: Pick<BackupPlanView, 'settings' | 'own' | 'isOn' | 'targetId'>
  team: Pick<TeamBackupSettingsView, 'timeZone'>
}

/** What the cluster sets itself, as it is typed; fields that are not asked for hold what the team has, to begin with. */
export function typedOf({ plan, team }: Layers): TypedPlan {
  const { settings, own, isOn, targetId } = plan
  const sets = (name: string) => own.includes(name)
  return {
    isOn,
    targetId: sets('targetId') && targetId !== null ? targetId : asTeam,
    every: sets('schedule') ? everyOf(settings.schedule) : asTeam,
    ...typedSchedule(settings.schedule, team.timeZone),
    retention: sets('retention') ? settings.retention.policy.kind : asTeam,
    ...typedRetention(settings.retention),
    compression: sets('compression') ? settings.compression : asTeam,
    timeoutSeconds: sets('timeoutSeconds') ? settings.timeoutSeconds : undefined,
    drillEveryDays: sets('drillEveryDays') ? settings.drillEveryDays : undefined,
  }
}

function everyOf(schedule: BackupSchedule): string {
  if (schedule.kind === 'cron') return 'cron'
  return presetSeconds.some((seconds) => seconds === schedule.seconds) ? String(schedule.seconds) : 'custom'
}

const hourMinutes = 60
const nightly = '30 2 * * *'

function typedSchedule(schedule: BackupSchedule, timeZone: string) {
  const isCron = schedule.kind === 'cron'
  return {
    customMinutes: isCron ? hourMinutes : schedule.seconds / minuteSeconds,
    expression: isCron ? schedule.expression : nightly,
    timeZone: isCron ? schedule.timeZone : timeZone,
  }
}

const ladder = { hourly: 72, daily: 7, weekly: 4, monthly: 0, keepAllHours: 0 }
const lastCount = 100

function typedRetention({ policy, timeZone }: RetentionSettings) {
  const { kind: _kind, ...numbers } = policy.kind === 'ladder' ? policy : { kind: 'ladder', ...ladder }
  return { ...numbers, count: policy.kind === 'last' ? policy.count : lastCount, retentionZone: timeZone }
}

/** Only what differs: the audit log shows a setting as changed when it was sent. */
export function changeOf({ plan, team }: Layers, whole: WholePlan): ChangeBackupPlan {
  const before = Object.entries(typedPlan.parse(typedOf({ plan, team })))
  const old = new Map(before.map(([name, value]) => [name, JSON.stringify(value)]))
  return Object.fromEntries(Object.entries(whole).filter(([name, value]) => old.get(name) !== JSON.stringify(value)))
}
