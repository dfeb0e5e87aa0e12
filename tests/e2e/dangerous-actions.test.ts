import { expect, test } from 'vitest'
import { openChromium } from '#tests/support/browser.ts'
import { arriveAsOwner, forgetProof, join } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'
import { goodPassword } from '#tests/support/signed-in.ts'

const chromium = openChromium()

test('deleting a team asks for its name and a fresh proof, closes it to members at once, and can be taken back', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  const teammate = await join(owner, 'admin')
  await using grace = await chromium.visit()
  await grace.take(teammate.session)
  await grace.open('/members')
  await grace.isLive()

  await ada.open('/team')
  await forgetProof(owner.userId)
  const refused = { status: 403, body: { code: 'step-up-required' } }
  expect(await ada.api('POST', '/team/deletion', { confirmName: 'Platform' })).toMatchObject(refused)

  await ada.button(say('team.delete.open')).click()
  const asking = ada.dialog(say('team.delete.confirmTitle', { name: 'Platform' }))
  const submit = asking.getByRole('button', { name: say('team.delete.submit'), exact: true })
  await asking.getByRole('textbox').fill('platform')
  await submit.click()
  await ada.sees(asking.getByText(say('ui.confirmDialog.mismatch', { name: 'Platform' })))
  await asking.getByRole('textbox').fill('Platform')
  await submit.click()
  const proving = ada.dialog(say('shell.stepUp.title'))
  await proving.getByLabel(say('shell.stepUp.password'), { exact: true }).fill(goodPassword)
  await proving.getByRole('button', { name: say('shell.stepUp.submit'), exact: true }).click()
  await ada.sees(ada.heading(say('team.closing.title', { name: 'Platform' })))
  await grace.sees(grace.heading(say('shell.ended.noTeamTitle', { team: 'Platform' })), 5000)
  expect((await teammate.session.api('GET', '/members')).status).toBe(403)

  await ada.ready()
  await ada.page
    .locator('main')
    .getByRole('button', { name: say('team.closing.submit') })
    .click()
  await ada.sees(ada.button(say('team.delete.open')))
  expect((await teammate.session.api('GET', '/members')).status).toBe(200)
  expect([...ada.problems, ...grace.problems]).toEqual([])
})

test('the last owner of a team reads on the account page what to do instead of leaving', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await ada.open('/account')
  await ada.button(say('account.teams.leaveNamed', { team: 'Platform' })).click()
  const told = ada.dialog(say('members.leave.lastOwnerTitle', { team: 'Platform' }))
  await ada.sees(told)
  expect(await told.getByRole('button', { name: say('account.teams.leaveConfirm'), exact: true }).count()).toBe(0)

  const { userId } = await join(owner, 'admin')
  await owner.session.api('PATCH', `/members/${userId}`, { role: 'owner' })
  await ada.open('/account')
  await ada.button(say('account.teams.leaveNamed', { team: 'Platform' })).click()
  const asking = ada.dialog(say('account.teams.leaveNamed', { team: 'Platform' }))
  await asking.getByRole('button', { name: say('account.teams.leaveConfirm'), exact: true }).click()
  await ada.sees(say('account.teams.none'))
  expect(ada.problems).toEqual([])
})

test('a proof that is called off leaves everything as it was, and the form open', async () => {
  await using ada = await chromium.visit()
  const owner = await arriveAsOwner(ada)
  await forgetProof(owner.userId)
  await ada.open('/team')
  await ada.button(say('team.delete.open')).click()
  const asking = ada.dialog(say('team.delete.confirmTitle', { name: 'Platform' }))
  await asking.getByRole('textbox').fill('Platform')
  await asking.getByRole('button', { name: say('team.delete.submit'), exact: true }).click()
  const proving = ada.dialog(say('shell.stepUp.title'))
  await proving.getByRole('button', { name: say('ui.cancel'), exact: true }).click()
  await ada.losesSightOf(proving)
  await ada.sees(asking.getByText(say('errors.step-up-required')))
  expect(await ada.api('GET', '/team')).toMatchObject({ status: 200, body: { data: { closingAt: null } } })
  expect(ada.problems).toEqual([])
})
