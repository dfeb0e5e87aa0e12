import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { verifyCertificate } from '#lib/backup-format/certificate.ts'
import { backupDetailView, backupView, certificateView } from '#lib/contracts/backup-catalogue.ts'
import { etcdctl } from '#lib/etcd-server/etcdctl.ts'
import type { RunningEtcd } from '#lib/etcd-server/running-etcd.ts'
import { addDirectory, bringIn, putPods } from '#tests/support/backed-up-cluster.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, contrastFaults, widePlaces } from '#tests/support/browser-checks.ts'
import type { BrowserSession } from '#tests/support/browser-session.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { startEtcd } from '#tests/support/etcd.ts'
import { arriveAsOwner, join as joinTeam } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const phone = { width: 390, height: 844 }
const keys = 24

/** Promised: the first verified backup of a cluster comes within a minute of its team having a storage. */
const firstBackupMs = 60_000
const drillMs = 60_000

let etcd: RunningEtcd
let folder: string

beforeAll(async () => {
  etcd = await startEtcd()
  await putPods(etcd, keys)
  folder = await mkdtemp(join(tmpdir(), 'kstone-downloads-'))
})
afterAll(async () => {
  await etcd?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a cluster is backed up and proven before the eyes of its owner, and its snapshot is what etcd takes', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await bringIn(owner, 'orders', etcd)
  await ada.open(`/clusters/${clusterId}?tab=backups`)
  await ada.isLive()
  await ada.sees(say('cluster-backups.obstacles.no-target.title'))
  const marked = await ada.page.evaluate(() => Object.assign(window, { isSamePage: true }).isSamePage)
  expect(marked).toBe(true)

  await addDirectory(owner)
  await ada.sees(protection(ada).getByText(say('cluster-backups.protection.states.protected')), firstBackupMs)
  await ada.sees(backupRows(ada).getByText(say('backups.states.verified')))
  const [backup] = await backupsOf(owner.session, clusterId)
  expect(backup).toMatchObject({ state: 'verified', reason: 'schedule', keys: String(keys) })

  await ada.button(say('cluster-backups.actions.prove')).click()
  await ada.sees(protection(ada).getByRole('link', { name: say('cluster-backups.protection.certificate') }), drillMs)
  await ada.sees(drillRows(ada).getByText(say('drills.states.proven')))
  await ada.sees(ada.page.getByRole('button', { name: new RegExp(`^${say('cluster-backups.timeline.proven')}`) }))
  expect(await ada.page.evaluate(() => 'isSamePage' in window)).toBe(true)
  expect(await axeFaults(ada.page)).toEqual([])
  expect(await widePlaces(ada.page)).toEqual([])

  await openNewest(ada)
  const file = await downloadBy(ada, () => ada.button(say('backups.actions.download')).click())
  const detail = z
    .object({ data: backupDetailView })
    .parse((await owner.session.api('GET', `/backups/${backup?.id}`)).body).data
  const seen = await snapshotStatus(file)
  expect({ revision: String(seen.revision), totalKey: String(seen.totalKey) }).toEqual({
    revision: detail.revision,
    totalKey: detail.entries,
  })
  await ada.page.keyboard.press('Escape')

  await protection(ada)
    .getByRole('link', { name: say('cluster-backups.protection.certificate') })
    .click()
  await ada.sees(ada.heading(say('drills.certificate.title')))
  const document = await readFile(await downloadBy(ada, () => ada.button(say('drills.certificate.download')).click()))
  const drillId = /drills\/([^/]+)\/certificate/.exec(ada.page.url())?.[1]
  const stored = z
    .object({ data: certificateView })
    .parse((await owner.session.api('GET', `/drills/${drillId}/certificate`)).body).data
  expect(document.toString()).toBe(stored.document)
  expect(verifyCertificate(document, () => stored.publicKey)).toMatchObject({
    verdict: 'genuine',
    certificate: { verdict: 'proven', backup: { id: backup?.id, revision: detail.revision } },
  })
  expect(ada.problems).toEqual([])
}, 240_000)

test('the plan of a cluster is set on its page, tells its next turns, and is taken back', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await bringIn(owner, 'orders', etcd)
  await ada.open(`/clusters/${clusterId}?tab=backups`)
  await choose(ada, say('cluster-backups.settings.every'), say('cluster-backups.settings.everyCron'))
  await ada.field(say('cluster-backups.settings.expression')).fill('61 3 * * *')
  await save(ada)
  await ada.sees(say('validation.cron-minute-malformed'))
  await ada.field(say('cluster-backups.settings.expression')).fill('15 3 * * MON-FRI')
  await ada.sees(ada.page.getByText(/3:15:\d\d AM/))
  expect(await ada.page.getByText(/3:15:\d\d AM/).count()).toBe(5)
  await save(ada)
  await ada.sees(say('cluster-backups.settings.saved'))
  expect(await planOf(owner.session, clusterId)).toMatchObject({
    own: ['schedule'],
    settings: { schedule: { kind: 'cron', expression: '15 3 * * MON-FRI' } },
  })
  const name = say('cluster-backups.settings.every')
  await ada.button(say('cluster-backups.settings.takeBack', { name })).click()
  await save(ada)
  await expect.poll(async () => (await planOf(owner.session, clusterId)).own).toEqual([])

  await ada.page.getByRole('switch', { name: say('cluster-backups.settings.isOn') }).click()
  await ada.sees(say('cluster-backups.settings.offTitle'))
  await save(ada)
  await ada.sees(say('cluster-backups.obstacles.switched-off.title'))
  expect(ada.problems).toEqual([])
})

test('a viewer sees how a cluster is protected and its backups, and downloads and starts nothing', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const clusterId = await bringIn(owner, 'orders', etcd)
  await addDirectory(owner)
  await expect
    .poll(async () => (await backupsOf(owner.session, clusterId)).map(({ state }) => state), { timeout: firstBackupMs })
    .toEqual(['verified'])
  await using leslie = await chromium.visit({ viewport: phone, colorScheme: 'dark' })
  const teammate = await joinTeam(owner, 'viewer')
  await leslie.take(teammate.session)
  await leslie.open(`/clusters/${clusterId}?tab=backups`)
  await leslie.sees(backupRows(leslie).getByText(say('backups.states.verified')))
  for (const action of ['backUp', 'prove']) {
    expect(await leslie.button(say(`cluster-backups.actions.${action}`)).isDisabled()).toBe(true)
  }
  expect(await leslie.button(say('inspection-settings.save')).count()).toBe(0)
  expect(await contrastFaults(leslie.page)).toEqual([])
  expect(await widePlaces(leslie.page)).toEqual([])
  await openNewest(leslie)
  expect(await leslie.button(say('backups.actions.download')).getAttribute('aria-disabled')).toBe('true')
  const [backup] = await backupsOf(teammate.session, clusterId)
  expect((await teammate.session.api('GET', `/backups/${backup?.id}/content`)).status).toBe(403)
  expect(leslie.problems).toEqual([])
})

function protection({ page }: Visitor) {
  return page.getByRole('region', { name: say('cluster-backups.protection.label') })
}

function backupRows({ page }: Visitor) {
  return page.getByRole('table', { name: say('cluster-backups.list.label') })
}

function drillRows({ page }: Visitor) {
  return page.getByRole('table', { name: say('drills.table.label') })
}

async function openNewest(visitor: Visitor): Promise<void> {
  await backupRows(visitor).locator('[data-row-opener]').first().click()
  await visitor.sees(visitor.dialog().getByText(say('backups.facts.objectKey')))
}

async function choose({ page }: Visitor, field: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

async function save(visitor: Visitor): Promise<void> {
  await visitor.button(say('inspection-settings.save')).click()
}

/** What a press downloads, as a file on the disk. */
async function downloadBy({ page }: Visitor, press: () => Promise<void>): Promise<string> {
  const begun: Promise<Download> = page.waitForEvent('download')
  await press()
  const download = await begun
  const file = join(folder, download.suggestedFilename())
  await download.saveAs(file)
  return file
}

const status = z.object({ revision: z.number(), totalKey: z.number() })

async function snapshotStatus(file: string) {
  return status.parse(JSON.parse(await etcdctl(etcd, ['snapshot', 'status', file, '--write-out=json'])))
}

async function backupsOf(session: BrowserSession, clusterId: string) {
  const { body } = await session.api('GET', `/backups?clusterId=${clusterId}`)
  return z.object({ data: z.array(backupView) }).parse(body).data
}

const plan = z.object({ data: z.object({ own: z.array(z.string()), settings: z.object({ schedule: z.json() }) }) })

async function planOf(session: BrowserSession, clusterId: string) {
  return plan.parse((await session.api('GET', `/clusters/${clusterId}/backup-plan`)).body).data
}
