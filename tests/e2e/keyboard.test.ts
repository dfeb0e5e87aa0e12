import { expect, test } from 'vitest'
import { z } from 'zod'
import { newId } from '#lib/ids.ts'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { say } from '#tests/support/journey-words.ts'
import { goodPassword } from '#tests/support/signed-in.ts'

const chromium = openChromium()

const listed = z.object({ data: z.array(z.looseObject({ id: z.string() })) })
const me = z.object({ data: z.object({ id: z.string(), team: z.object({ id: z.string() }) }) })

async function signUp(visitor: Visitor, name: string, teamName: string): Promise<{ userId: string; teamId: string }> {
  const { keyboard } = visitor
  await visitor.open('/sign-up')
  await keyboard.fill(visitor.field(say('auth.name')), name)
  await keyboard.fill(visitor.field(say('auth.email')), `${newId()}@example.com`)
  await keyboard.fill(visitor.field(say('auth.password')), goodPassword)
  await keyboard.fill(visitor.field(say('auth.signUp.teamName')), teamName)
  await keyboard.press(visitor.button(say('auth.signUp.submit')))
  await visitor.sees(visitor.heading(say('clusters.title')))
  await visitor.isLive()
  const { data } = me.parse((await visitor.api('GET', '/me')).body)
  return { userId: data.id, teamId: data.team.id }
}

async function goToMembers(visitor: Visitor): Promise<void> {
  await visitor.keyboard.keys('g', 'm')
  await visitor.sees(visitor.heading(say('members.title')))
}

/** Invites by the dialog and reads the link it shows. */
async function inviteViewer(visitor: Visitor, teamName: string, email: string): Promise<string> {
  const { keyboard } = visitor
  await keyboard.press(visitor.button(say('members.invite.open')))
  const asking = visitor.dialog(say('members.invite.title', { team: teamName }))
  await keyboard.fill(asking.getByLabel(say('members.invite.email'), { exact: true }), email)
  await keyboard.choose(
    asking.getByRole('radiogroup', { name: say('members.invite.role') }),
    asking.getByRole('radio', { name: say('shell.roles.viewer') }),
  )
  await keyboard.press(asking.getByRole('button', { name: say('members.invite.submit'), exact: true }))
  const done = visitor.dialog(say('members.invite.doneTitle', { email }))
  const link = await visitor.textOf(done.getByText('#kin_'))
  await keyboard.press(done.getByRole('button', { name: say('members.invite.finish'), exact: true }))
  await visitor.losesSightOf(done)
  return link
}

async function acceptAsNew(visitor: Visitor, link: string, name: string): Promise<void> {
  const { keyboard } = visitor
  await visitor.open(link)
  await keyboard.fill(visitor.field(say('auth.name')), name)
  await keyboard.fill(visitor.field(say('auth.password')), goodPassword)
  await keyboard.press(visitor.button(say('auth.invitation.createAndJoin')))
  await visitor.sees(visitor.heading(say('clusters.title')))
  await visitor.isLive()
}

const without = (body: unknown, ...keys: string[]) =>
  Object.fromEntries(
    Object.entries(z.record(z.string(), z.unknown()).parse(body)).filter(([key]) => !keys.includes(key)),
  )

test('by keyboard alone a team is founded, shared with a viewer and taken back, and a second team sees none of it', async () => {
  await using ada = await chromium.visit()
  const first = await signUp(ada, 'Ada Lovelace', 'Analytical Engines')
  await goToMembers(ada)
  const email = `${newId()}@example.com`
  const link = await inviteViewer(ada, 'Analytical Engines', email)

  await using grace = await chromium.visit()
  await acceptAsNew(grace, link, 'Grace Hopper')
  await goToMembers(grace)
  await grace.sees(grace.page.getByRole('cell', { name: 'Ada Lovelace' }))
  expect(await grace.button(say('members.invite.open')).count()).toBe(0)
  expect(await grace.button(say('ui.table.actionsOf', { name: 'Ada Lovelace' })).count()).toBe(0)
  const refused = { status: 403, body: { code: 'permission-denied' } }
  expect(await grace.api('PATCH', `/members/${first.userId}`, { role: 'viewer' })).toMatchObject(refused)
  expect(await grace.api('PATCH', '/team', { name: 'Mine' })).toMatchObject(refused)
  expect(await grace.api('GET', '/members')).toMatchObject({ status: 200 })

  await ada.keyboard.pick(
    ada.button(say('ui.table.actionsOf', { name: 'Grace Hopper' })),
    ada.page.getByRole('menuitem', { name: say('members.actions.remove') }),
  )
  const asking = ada.dialog(say('members.remove.title', { name: 'Grace Hopper', team: 'Analytical Engines' }))
  await ada.keyboard.reach(asking.getByRole('button', { name: say('members.remove.submit'), exact: true }))
  await ada.keyboard.keys('Enter')
  await grace.sees(grace.heading(say('shell.ended.noTeamTitle', { team: 'Analytical Engines' })), 5000)
  expect(await grace.page.getByText('Ada Lovelace').count()).toBe(0)
  await ada.losesSightOf(ada.page.getByRole('cell', { name: 'Grace Hopper' }))

  await using linus = await chromium.visit()
  const second = await signUp(linus, 'Linus', 'Kernels')
  await goToMembers(linus)
  await linus.sees(linus.page.getByRole('cell', { name: 'Linus' }))
  expect(await linus.page.getByText(/Ada Lovelace|Grace Hopper|Analytical Engines/).count()).toBe(0)
  const [invitation] = listed.parse((await ada.api('GET', '/invitations')).body).data
  for (const [method, path, body] of [
    ['PATCH', '/members/ID', { role: 'viewer' }],
    ['DELETE', '/members/ID', undefined],
    ['DELETE', '/invitations/ID', undefined],
    ['DELETE', '/api-keys/ID', undefined],
    ['DELETE', '/me/sessions/ID', undefined],
    ['POST', '/members/ID/reset-link', undefined],
  ] as const) {
    const theirs = path.startsWith('/invitations') ? (invitation?.id ?? '') : first.userId
    const answer = await linus.api(method, path.replace('ID', theirs), body)
    const unknown = await linus.api(method, path.replace('ID', newId()), body)
    expect(answer, `${method} ${path}`).toMatchObject({ status: 404 })
    expect(without(answer.body, 'requestId', 'instance')).toEqual(without(unknown.body, 'requestId', 'instance'))
  }
  expect((await linus.api('POST', '/me/team', { teamId: first.teamId })).status).toBe(404)
  await linus.open(`/members?q=${first.userId}`)
  expect(await linus.page.getByText(/Ada Lovelace/).count()).toBe(0)
  expect(me.parse((await linus.api('GET', '/me')).body).data.team.id).toBe(second.teamId)
  for (const visitor of [ada, grace, linus]) expect(visitor.problems).toEqual([])
})
