import { readdir } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { grantAddresses } from '#tests/support/address-grants.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import type { Owner } from '#tests/support/journey.ts'
import { arriveAsOwner, join } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'
import type { S3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import { startS3FaultProxy } from '#tests/support/s3-fault-proxy.ts'
import type { S3Server } from '#tests/support/s3-server.ts'
import { startS3Server } from '#tests/support/s3-server.ts'

const chromium = openChromium()

const bucket = 'etcd-backups'
const accessKey = 'AKIATEST'
const rightSecret = 'secret-of-the-test'
const wrongSecret = 'a-secret-nobody-knows'

const targets = z.object({
  data: z.array(z.object({ name: z.string(), isDefault: z.boolean(), problem: z.string().nullable() })),
})

/** Another S3 than AWS, that the team may reach. */
async function allowS3(owner: Owner, { port }: S3FaultProxy): Promise<string> {
  const endpoint = `http://127.0.0.1:${port}`
  await grantAddresses(owner.teamId, [endpoint])
  return endpoint
}

async function fillIn({ page }: Visitor, { endpoint, secret }: { endpoint: string; secret: string }): Promise<void> {
  const field = (key: string) => page.getByRole('textbox', { name: new RegExp(`^${say(`storage.form.${key}`)}`) })
  await page.getByLabel(say('storage.form.preset'), { exact: true }).click()
  await page.getByRole('option', { name: say('storage.form.presets.other') }).click()
  await field('name').fill('minio-east')
  await field('endpoint').fill(endpoint)
  await field('bucket').fill(bucket)
  await field('accessKey').fill(accessKey)
  await field('secretKey').fill(secret)
}

function press({ page }: Visitor, key: string): Promise<void> {
  return page.getByRole('button', { name: say(key), exact: true }).click()
}

async function targetsOf(visitor: Visitor) {
  const { body } = await visitor.api('GET', '/storage-targets')
  expect(JSON.stringify(body)).not.toContain(rightSecret)
  return targets.parse(body).data
}

/** Everything that lies in the bucket. */
async function objectsIn({ folder }: S3Server): Promise<string[]> {
  const entries = await readdir(joinPath(folder, bucket), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

test('a wrong secret is named before and at saving; mended, the bucket is kept and becomes the default', async () => {
  await using server = await startS3Server(bucket)
  await using proxy = await startS3FaultProxy(server)
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const endpoint = await allowS3(owner, proxy)
  await ada.open('/storage')
  await ada.sees(say('storage.empty.title'))
  await ada.link(say('storage.add')).first().click()
  await ada.sees(ada.heading(say('storage.form.createTitle')))
  await ada.ready()
  await fillIn(ada, { endpoint, secret: wrongSecret })

  await press(ada, 'storage.form.check')
  await ada.sees(say('errors.storage-credentials'))
  await ada.sees(say('storage.probe.unusable'))
  await press(ada, 'storage.form.save')
  await ada.sees(say('storage.form.refusedTitle'))
  await ada.sees(say('errors.storage-credentials'))
  expect(await axeFaults(ada.page)).toEqual([])
  expect(await targetsOf(ada)).toEqual([])

  await fillIn(ada, { endpoint, secret: rightSecret })
  await press(ada, 'storage.form.checkAgain')
  await ada.sees(say('storage.probe.usable'))
  expect(await objectsIn(server)).toEqual([])
  await press(ada, 'storage.form.save')
  await ada.page.waitForURL('**/storage')
  const row = ada.page.getByRole('row', { name: /minio-east/ })
  await ada.sees(row.getByText(say('storage.badges.default'), { exact: true }))
  await ada.sees(row.getByText(say('storage.states.works'), { exact: true }))
  expect(await targetsOf(ada)).toEqual([{ name: 'minio-east', isDefault: true, problem: null }])
  expect(ada.problems).toEqual([])
})

test('a missing right is named in the words of the storage, and the steps that need none are told apart', async () => {
  await using server = await startS3Server(bucket)
  await using proxy = await startS3FaultProxy(server)
  proxy.setFaults({ operation: 'ListObjectsV2', harm: { kind: 'answer', status: 403, code: 'AccessDenied' } })
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const endpoint = await allowS3(owner, proxy)
  await ada.open('/storage/new')
  await fillIn(ada, { endpoint, secret: rightSecret })
  await press(ada, 'storage.form.check')
  const steps = ada.page.getByRole('list', { name: say('storage.probe.label') }).getByRole('listitem')
  const list = steps.filter({ hasText: say('storage.probe.steps.list') }).first()
  await ada.sees(list.getByText(say('errors.storage-denied')))
  await ada.sees(list.getByText('s3:ListBucket', { exact: true }))
  const put = steps.filter({ hasText: say('storage.probe.steps.put') }).first()
  await ada.sees(put.getByText(say('storage.probe.outcomes.pass'), { exact: true }))
  expect(ada.problems).toEqual([])
})

test('another endpoint asks for the secret again; what is stored of it is never shown', async () => {
  await using server = await startS3Server(bucket)
  await using proxy = await startS3FaultProxy(server)
  await using moved = await startS3FaultProxy(server)
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await addByApi(owner, await allowS3(owner, proxy))
  const elsewhere = await allowS3(owner, moved)
  await ada.open('/storage')
  await ada.button('minio-east').click()
  await press(ada, 'storage.actions.edit')
  const dialog = ada.dialog(say('storage.form.editTitle', { name: 'minio-east' }))
  const field = (key: string) => dialog.getByLabel(new RegExp(`^${say(`storage.form.${key}`)}`)).first()
  expect(await field('secretKey').inputValue()).toBe('')
  await field('endpoint').fill(elsewhere)
  const save = dialog.getByRole('button', { name: say('storage.form.save'), exact: true })
  await save.click()
  await ada.sees(dialog.getByText(say('storage.form.secretAgain')))
  expect(moved.asked).toEqual([])
  await field('secretKey').fill(rightSecret)
  await save.click()
  await ada.sees(say('storage.form.saved', { name: 'minio-east' }))
  expect(moved.asked.length).toBeGreaterThan(0)
  expect(ada.problems).toEqual([])
})

test('a viewer sees where backups go, and changes nothing', async () => {
  await using server = await startS3Server(bucket)
  await using proxy = await startS3FaultProxy(server)
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await addByApi(owner, await allowS3(owner, proxy))
  const teammate = await join(owner, 'viewer')
  await using grace = await chromium.visit()
  await grace.take(teammate.session)
  await grace.open('/storage')
  await grace.sees(grace.button('minio-east'))
  expect(await grace.link(say('storage.add')).count()).toBe(0)
  expect(await grace.button(say('ui.table.actionsOf', { name: 'minio-east' })).count()).toBe(0)
  await grace.button('minio-east').click()
  await grace.sees(grace.dialog().getByText(bucket, { exact: true }))
  expect(await grace.button(say('storage.actions.edit')).count()).toBe(0)
  await grace.open('/storage/new')
  await grace.sees(grace.heading(say('shell.forbidden.title')))
  await grace.open('/team/backups')
  expect(await grace.button(say('inspection-settings.save')).count()).toBe(0)
  // Pages that read the same list share what they have read of it.
  for (const page of ['/team/backups', '/backups']) {
    await grace.open(page)
    await grace.ready()
    await grace.link(say('shell.navigation.storage')).first().click()
    await grace.sees(grace.button('minio-east'))
  }
  expect([...ada.problems, ...grace.problems]).toEqual([])
})

async function addByApi({ session }: Owner, endpoint: string): Promise<void> {
  const settings = { endpoint, bucket, pathStyle: true, accessKeyId: accessKey }
  const body = { kind: 's3', name: 'minio-east', settings, secretAccessKey: rightSecret }
  const answer = await session.api('POST', '/storage-targets', body)
  if (answer.status !== 201) throw new Error(`the target answered ${answer.status} ${JSON.stringify(answer.body)}`)
}
