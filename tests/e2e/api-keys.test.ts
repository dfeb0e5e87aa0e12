import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openChromium } from '#tests/support/browser.ts'
import { arriveAsOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()
const run = promisify(execFile)

/** Runs the command as somebody would who copied it from the page; gives the status and what was answered. */
async function runInShell(command: string): Promise<{ status: number; body: unknown }> {
  const { stdout } = await run('sh', ['-c', `${command} --write-out '\\n%{http_code}'`], { timeout: 20_000 })
  const lineEnd = stdout.lastIndexOf('\n')
  return { status: Number(stdout.slice(lineEnd + 1)), body: JSON.parse(stdout.slice(0, lineEnd)) }
}

test('a key made on its page opens the API to curl as shown there, and nothing after it was revoked', async () => {
  await using ada = await chromium.visit()
  await arriveAsOwner(ada)
  await ada.open('/api-keys')
  await ada.button(say('api-keys.create.open')).first().click()
  const asking = ada.dialog(say('api-keys.create.title'))
  await asking.getByLabel(say('api-keys.create.name'), { exact: true }).fill('nightly report')
  await asking.getByRole('checkbox', { name: say('api-keys.scopes.members:read') }).click()
  await asking.getByRole('button', { name: say('api-keys.create.submit'), exact: true }).click()
  const done = ada.dialog(say('api-keys.create.doneTitle', { name: 'nightly report' }))
  const command = await ada.textOf(done.getByText('curl -'))
  expect(await runInShell(command)).toMatchObject({ status: 200, body: { data: [{ role: 'owner' }] } })
  expect(await runInShell(command.replace('/members', '/audit-events'))).toMatchObject({
    status: 403,
    body: { code: 'permission-denied' },
  })
  await done.getByRole('button', { name: say('api-keys.create.finish'), exact: true }).click()
  await ada.losesSightOf(done)
  expect(await ada.page.content()).not.toContain(command.match(/kst_[^']+/)?.[0])

  await ada.button(say('ui.table.actionsOf', { name: 'nightly report' })).click()
  await ada.page.getByRole('menuitem', { name: say('api-keys.revoke.open') }).click()
  const revoking = ada.dialog(say('api-keys.revoke.title', { name: 'nightly report' }))
  await revoking.getByRole('button', { name: say('api-keys.revoke.submit'), exact: true }).click()
  await ada.losesSightOf(revoking)
  expect(await runInShell(command)).toMatchObject({ status: 401, body: { code: 'not-authenticated' } })
  await ada.sees(ada.page.getByRole('cell', { name: say('api-keys.states.revoked') }))
  expect(ada.problems).toEqual([])
})
