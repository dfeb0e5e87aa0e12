import { describe, expect, test } from 'vitest'
import type { BackupPlanView, TeamBackupSettingsView } from '#lib/contracts/backup-plans.ts'
import { changeBackupPlanBody, effectiveBackupSettings } from '#lib/contracts/backup-plans.ts'
import { parseInput } from '#lib/parse-input.ts'
import type { TypedPlan } from './typed-plan.ts'
import { asTeam, changeOf, typedOf, typedPlan } from './typed-plan.ts'

const settings = effectiveBackupSettings.parse({})
const team: TeamBackupSettingsView = { settings, own: [], defaultTargetId: null, timeZone: 'Asia/Shanghai' }
const plan: BackupPlanView = {
  isOn: true,
  targetId: null,
  targetName: null,
  settings,
  own: [],
  obstacle: null,
  state: 'waiting',
  kept: 0,
  nextDueAt: null,
  nextDrillAt: null,
  rpoSeconds: 3_600,
  lastVerified: null,
  lastProven: null,
  running: null,
}
const layers = { plan, team }
const untouched = typedOf(layers)
const changed = (typed: Partial<TypedPlan>) => changeOf(layers, typedPlan.parse({ ...untouched, ...typed }))
const faults = (typed: Partial<TypedPlan>) =>
  typedPlan.safeParse({ ...untouched, ...typed }).error?.issues.map(({ path, message }) => [path.join('.'), message])

describe('what is typed of a plan', () => {
  test('sets nothing while nothing is changed', () => {
    expect(untouched).toMatchObject({ every: asTeam, retention: asTeam, compression: asTeam, targetId: asTeam })
    expect(changed({})).toEqual({})
  })

  test.each([
    ['a preset', { every: '300' }, { schedule: { kind: 'interval', seconds: 300 } }],
    ['another interval', { every: 'custom', customMinutes: 2.5 }, { schedule: { kind: 'interval', seconds: 150 } }],
    [
      'a cron expression, by the clock of the team',
      { every: 'cron', expression: '@daily' },
      { schedule: { kind: 'cron', expression: '@daily', timeZone: 'Asia/Shanghai' } },
    ],
    [
      'the newest so many',
      { retention: 'last', count: 5 },
      { retention: { policy: { kind: 'last', count: 5 }, timeZone: 'UTC' } },
    ],
    [
      'compression, time and drills',
      { compression: 'gzip', timeoutSeconds: 60 },
      { compression: 'gzip', timeoutSeconds: 60 },
    ],
    ['the switch', { isOn: false }, { isOn: false }],
  ] satisfies [string, Partial<TypedPlan>, object][])('sends %s, and nothing else', (_, typed, change) => {
    expect(changed(typed)).toEqual(change)
    expect(parseInput(changeBackupPlanBody, changed(typed), 'body')).toEqual(change)
  })

  test('takes back what the cluster has set by null', () => {
    const own: BackupPlanView = {
      ...plan,
      own: ['drillEveryDays', 'retention', 'schedule'],
      settings: {
        ...settings,
        schedule: { kind: 'cron', expression: '0 3 * * *', timeZone: 'UTC' },
        drillEveryDays: 1,
      },
    }
    const typed = typedOf({ plan: own, team })
    expect(typed).toMatchObject({ every: 'cron', expression: '0 3 * * *', retention: 'ladder', drillEveryDays: 1 })
    const back = typedPlan.parse({ ...typed, every: asTeam, retention: asTeam, drillEveryDays: undefined })
    expect(changeOf({ plan: own, team }, back)).toEqual({ schedule: null, retention: null, drillEveryDays: null })
  })

  test.each([
    [
      'an interval that is too short',
      { every: 'custom', customMinutes: 0.5 },
      'customMinutes',
      'backup-interval-too-short',
    ],
    [
      'a cron expression nobody can read',
      { every: 'cron', expression: '61 * * * *' },
      'expression',
      'cron-minute-malformed',
    ],
    ['a zone that is empty', { every: 'cron', timeZone: '' }, 'timeZone', 'time-zone-unknown'],
  ] satisfies [string, Partial<TypedPlan>, string, string][])('tells of %s at its field', (_, typed, ...told) => {
    expect(faults(typed)).toEqual([told])
  })

  test('tells of numbers that are out of bounds or missing at their fields', () => {
    expect(faults({ retention: 'ladder', daily: -1, weekly: undefined })?.map(([field]) => field)).toEqual([
      'daily',
      'weekly',
    ])
    expect(faults({ timeoutSeconds: 10, drillEveryDays: 91 })?.map(([field]) => field)).toEqual([
      'timeoutSeconds',
      'drillEveryDays',
    ])
  })

  test('tells of a ladder that keeps nothing', () => {
    const none = { retention: 'ladder', hourly: 0, daily: 0, weekly: 0, monthly: 0 } as const
    expect(faults(none)).toEqual([['hourly', 'retention-keeps-nothing']])
  })
})
