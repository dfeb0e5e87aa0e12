import type { Locator } from 'playwright'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Locale } from '#lib/i18n/locale.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { newId } from '#lib/ids.ts'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { newSession } from '#tests/support/browser-visitor.ts'
import type { Owner } from '#tests/support/journey.ts'
import { forgetProof, invite, join, newOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'
import { goodPassword } from '#tests/support/signed-in.ts'

const chromium = openChromium()

/** The scene of one wrong input, in the language of the visitor. */
interface Scene {
  visitor: Visitor
  /** Made when asked for the first time, or before the visitor comes as this owner. */
  owner: () => Promise<Owner>
  words: (key: string, params?: Record<string, string | number>) => string
}

interface WrongInput {
  form: string
  wrong: string
  /** Somebody nobody knows; default: the owner of a team. */
  isStranger?: boolean
  /** Opens the form; gives where it stands, if the page has several. */
  reach: (scene: Scene) => Promise<Locator | undefined>
  /** Message of the label → what is typed. */
  types: Record<string, string> | ((scene: Scene) => Promise<Record<string, string>>)
  /** Message of the button that sends it; none where the form is judged as soon as it is opened. */
  sends?: string
  /** Message of the sentence that says what is wrong and how to mend it. */
  says: string
  params?: (scene: Scene) => Record<string, string | number>
  /** Message of the label of the field it stands at. */
  at?: string
  /** Shown in both languages. */
  inChinese?: boolean
}

const madeResetLink = z.object({ data: z.object({ link: z.string() }) })
const tooLong = 'x'.repeat(81)
const commonPassword = 'Password1234!'

const onPage = (path: string) => async (scene: Scene) => {
  await scene.visitor.open(path)
  return undefined
}

const inPanel = (path: string, title: string) => async (scene: Scene) => {
  await scene.visitor.open(path)
  const { page } = scene.visitor
  return page.locator('section', { has: page.getByRole('heading', { name: scene.words(title), exact: true }) })
}

const inDialog = (path: string, title: string, button?: string) => async (scene: Scene) => {
  await scene.visitor.open(path)
  if (button !== undefined) await scene.visitor.button(scene.words(button)).first().click()
  return scene.visitor.dialog(scene.words(title, { team: 'Platform', name: 'Platform' }))
}

async function reachJoinForm({ visitor, owner }: Scene): Promise<undefined> {
  const { token } = await invite(await owner(), 'viewer')
  await visitor.open(`/invitation#${token}`)
}

async function resetTokenOf(owner: Owner): Promise<string> {
  const { userId } = await join(owner, 'viewer')
  const made = await owner.session.api('POST', `/members/${userId}/reset-link`)
  return new URL(madeResetLink.parse(made.body).data.link).hash.slice(1)
}

const signUp = (change: Record<string, string>) => ({
  form: 'sign-up',
  isStranger: true,
  reach: onPage('/sign-up'),
  types: {
    'auth.name': 'Ada',
    'auth.email': `${newId()}@example.com`,
    'auth.password': goodPassword,
    'auth.signUp.teamName': 'Platform',
    ...change,
  },
  sends: 'auth.signUp.submit',
})

const changePassword = (currentPassword: string, newPassword: string) => ({
  form: 'change password',
  reach: inPanel('/account', 'account.password.title'),
  types: { 'account.password.current': currentPassword, 'account.password.new': newPassword },
  sends: 'account.password.submit',
})

const signIn = { form: 'sign-in', isStranger: true, reach: onPage('/sign-in'), sends: 'auth.signIn.submit' }
const joining = {
  form: 'invitation',
  isStranger: true,
  reach: reachJoinForm,
  sends: 'auth.invitation.createAndJoin',
}
const inviting = {
  form: 'invite',
  reach: inDialog('/members', 'members.invite.title', 'members.invite.open'),
  sends: 'members.invite.submit',
}
const making = {
  form: 'API key',
  reach: inDialog('/api-keys', 'api-keys.create.title', 'api-keys.create.open'),
  sends: 'api-keys.create.submit',
}
const settings = { form: 'team settings', reach: onPage('/team'), sends: 'team.settings.save' }
const profile = { form: 'profile', reach: inPanel('/account', 'account.profile.title'), sends: 'ui.save' }
const creating = {
  form: 'create team',
  reach: async ({ visitor, words }: Scene) => {
    await visitor.open('/clusters')
    await visitor.page.getByRole('button', { name: words('shell.teams.switch') }).click()
    await visitor.page.getByRole('menuitem', { name: words('shell.teams.create') }).click()
    return visitor.dialog(words('shell.teams.createTitle'))
  },
  sends: 'shell.teams.createSubmit',
}
const resetting = { form: 'reset completion', isStranger: true, sends: 'auth.reset.choose' }

const cases: WrongInput[] = [
  {
    ...signIn,
    wrong: 'a wrong password',
    types: async ({ owner }) => ({ 'auth.email': (await owner()).email, 'auth.password': 'not the password' }),
    says: 'errors.bad-credentials',
    inChinese: true,
  },
  {
    ...signIn,
    wrong: 'an address nobody has',
    types: { 'auth.email': 'nobody@example.com', 'auth.password': goodPassword },
    says: 'errors.bad-credentials',
  },
  {
    ...signIn,
    wrong: 'no address at all',
    types: { 'auth.email': 'ada', 'auth.password': goodPassword },
    says: 'validation.email-malformed',
  },
  {
    ...signIn,
    wrong: 'no password',
    types: { 'auth.email': 'ada@example.com' },
    says: 'validation.password-required',
  },
  {
    ...signIn,
    wrong: 'nothing at all',
    types: {},
    says: 'validation.email-required',
    at: 'auth.email',
    inChinese: true,
  },
  { ...signUp({ 'auth.email': 'ada@' }), wrong: 'half an address', says: 'validation.email-malformed' },
  {
    ...signUp({ 'auth.password': 'short' }),
    wrong: 'a short password',
    says: 'validation.password-too-short',
    inChinese: true,
  },
  { ...signUp({ 'auth.password': '' }), wrong: 'no password', says: 'validation.password-required' },
  { ...signUp({ 'auth.password': commonPassword }), wrong: 'a common password', says: 'errors.password-too-common' },
  { ...signUp({ 'auth.name': ' ' }), wrong: 'no name', says: 'validation.name-required' },
  { ...signUp({ 'auth.signUp.teamName': tooLong }), wrong: 'a long team name', says: 'validation.name-too-long' },
  {
    ...signUp({}),
    wrong: 'an address that has an account',
    types: async ({ owner }) => ({ ...signUp({ 'auth.email': (await owner()).email }).types }),
    says: 'errors.email-taken',
  },
  {
    form: 'reset',
    isStranger: true,
    wrong: 'half an address',
    reach: onPage('/reset'),
    types: { 'auth.email': '@example.com' },
    sends: 'auth.reset.ask',
    says: 'validation.email-malformed',
    inChinese: true,
  },
  {
    ...resetting,
    wrong: 'a link that was used',
    reach: async ({ visitor, owner }) => {
      const token = await resetTokenOf(await owner())
      await newSession().api('POST', '/password-resets/complete', { token, password: `${goodPassword} again` })
      await visitor.open(`/reset#${token}`)
      return undefined
    },
    types: { 'auth.reset.newPassword': goodPassword },
    says: 'errors.reset-link-invalid',
    inChinese: true,
  },
  {
    ...resetting,
    wrong: 'a short password',
    reach: async ({ visitor, owner }) => {
      await visitor.open(`/reset#${await resetTokenOf(await owner())}`)
      return undefined
    },
    types: { 'auth.reset.newPassword': 'short' },
    says: 'validation.password-too-short',
  },
  {
    form: 'reset completion',
    isStranger: true,
    wrong: 'a link that was cut off',
    reach: onPage('/reset#krs'),
    types: {},
    says: 'auth.reset.incomplete',
    inChinese: true,
  },
  {
    form: 'invitation',
    isStranger: true,
    wrong: 'a link that was withdrawn',
    reach: async ({ visitor, owner }) => {
      const { id, token } = await invite(await owner(), 'viewer')
      await (await owner()).session.api('DELETE', `/invitations/${id}`)
      await visitor.open(`/invitation#${token}`)
      return undefined
    },
    types: {},
    says: 'errors.invitation-invalid',
    inChinese: true,
  },
  {
    form: 'invitation',
    isStranger: true,
    wrong: 'a link without its secret',
    reach: onPage('/invitation'),
    types: {},
    says: 'auth.invitation.incomplete',
  },
  {
    ...joining,
    wrong: 'a common password',
    types: { 'auth.name': 'Grace', 'auth.password': commonPassword },
    says: 'errors.password-too-common',
  },
  { ...joining, wrong: 'no name', types: { 'auth.password': goodPassword }, says: 'validation.name-required' },
  { ...profile, wrong: 'no name', types: { 'account.profile.name': '' }, says: 'validation.name-required' },
  { ...profile, wrong: 'a long name', types: { 'account.profile.name': tooLong }, says: 'validation.name-too-long' },
  {
    ...changePassword('not the password', `${goodPassword} 2`),
    wrong: 'another password than the present one',
    says: 'account.password.wrongCurrent',
    inChinese: true,
  },
  { ...changePassword(goodPassword, 'short'), wrong: 'a short one', says: 'validation.password-too-short' },
  { ...changePassword(goodPassword, commonPassword), wrong: 'a common one', says: 'errors.password-too-common' },
  { ...creating, wrong: 'no name', types: {}, says: 'validation.name-required', inChinese: true },
  { ...creating, wrong: 'a long name', types: { 'shell.teams.name': tooLong }, says: 'validation.name-too-long' },
  {
    ...inviting,
    wrong: 'half an address',
    types: { 'members.invite.email': 'grace' },
    says: 'validation.email-malformed',
  },
  {
    ...inviting,
    wrong: 'somebody who is in the team',
    types: async ({ owner }) => ({ 'members.invite.email': (await owner()).email }),
    says: 'errors.already-member',
    at: 'members.invite.email',
    inChinese: true,
  },
  {
    ...inviting,
    wrong: 'somebody who is invited already',
    types: async ({ owner }) => ({ 'members.invite.email': (await invite(await owner(), 'viewer')).email }),
    says: 'errors.already-invited',
    at: 'members.invite.email',
  },
  { ...making, wrong: 'no scope', types: { 'api-keys.create.name': 'ci' }, says: 'validation.scopes-required' },
  { ...making, wrong: 'no name', types: {}, says: 'validation.name-required', inChinese: true },
  { ...making, wrong: 'a long name', types: { 'api-keys.create.name': tooLong }, says: 'validation.name-too-long' },
  { ...settings, wrong: 'no name', types: { 'team.settings.name': ' ' }, says: 'validation.name-required' },
  { ...settings, wrong: 'a long name', types: { 'team.settings.name': tooLong }, says: 'validation.name-too-long' },
  {
    form: 'team deletion',
    wrong: 'another name than the one to confirm',
    reach: inDialog('/team', 'team.delete.confirmTitle', 'team.delete.open'),
    types: {},
    sends: 'team.delete.submit',
    says: 'ui.confirmDialog.mismatch',
    params: () => ({ name: 'Platform' }),
    inChinese: true,
  },
  {
    form: 'audit filters',
    wrong: 'a last day before the first one',
    reach: onPage('/audit'),
    types: { 'audit.filter.from': '2026-11-20', 'audit.filter.to': '2026-11-10' },
    says: 'audit.filter.reversed',
    inChinese: true,
  },
  {
    form: 'audit filters',
    wrong: 'a day no month has',
    reach: onPage('/audit'),
    types: { 'audit.filter.from': '2026-02-30', 'audit.filter.to': '' },
    says: 'audit.filter.notADay',
    at: 'audit.filter.from',
    inChinese: true,
  },
  {
    form: 'step-up',
    wrong: 'a wrong password',
    reach: async (scene) => {
      const { visitor, owner, words } = scene
      await forgetProof((await owner()).userId)
      await visitor.open('/team')
      await visitor.button(words('team.export.submit')).click()
      return visitor.dialog(words('shell.stepUp.title'))
    },
    types: { 'shell.stepUp.password': 'not the password' },
    sends: 'shell.stepUp.submit',
    says: 'shell.stepUp.wrongPassword',
  },
]

async function arrange({ isStranger }: WrongInput, locale: Locale): Promise<Scene> {
  const visitor = await chromium.visit({ locale })
  let made: Promise<Owner> | undefined
  const owner = () => {
    made ??= newOwner()
    return made
  }
  if (!isStranger) await visitor.take((await owner()).session)
  await visitor.context.addCookies([{ name: localeCookieName, value: locale, url: visitor.url }])
  return { visitor, owner, words: (key, params) => say(key, params, locale) }
}

async function check(wrongInput: WrongInput, locale: Locale): Promise<void> {
  const scene = await arrange(wrongInput, locale)
  await using visitor = scene.visitor
  const place = (await wrongInput.reach(scene)) ?? visitor.page.locator('main')
  const { types, sends, says, params, at } = wrongInput
  for (const [label, text] of Object.entries(typeof types === 'function' ? await types(scene) : types)) {
    await place.getByLabel(scene.words(label), { exact: true }).fill(text)
  }
  if (sends !== undefined) await place.getByRole('button', { name: scene.words(sends), exact: true }).click()
  const sentence = scene.words(says, params?.(scene))
  await visitor.sees(place.getByText(sentence, { exact: true }))
  expect(sentence.split(/(?<=[.:,;。：，；])\s*(?=\S)/).length, 'cause and fix').toBeGreaterThan(1)
  if (at !== undefined) {
    const field = place.getByLabel(scene.words(at), { exact: true })
    const describedBy = (await field.getAttribute('aria-describedby')) ?? ''
    const described = await Promise.all(describedBy.split(' ').map((id) => place.locator(`[id="${id}"]`).textContent()))
    expect(described).toContain(sentence)
  }
  const marked = place.locator('[aria-invalid="true"]')
  const faulty = await marked.count()
  if (faulty > 0) expect(await marked.first().getAttribute('aria-describedby')).not.toBeNull()
  expect(visitor.problems).toEqual([])
}

describe.each(cases)('$form: $wrong', (wrongInput) => {
  const locales: Locale[] = wrongInput.inChinese ? ['en', 'zh'] : ['en']
  test.each(locales)('is told with cause and fix (%s)', async (locale) => {
    await check(wrongInput, locale)
  })
})

test('sign-in: after ten wrong passwords says how long to wait and what else helps', async () => {
  await using visitor = await chromium.visit()
  const { email } = await newOwner()
  const guesser = newSession(visitor.headers)
  for (let attempt = 0; attempt < 10; attempt += 1) await guesser.signIn(email, `guess ${attempt}`)
  await visitor.open('/sign-in')
  await visitor.field(say('auth.email')).fill(email)
  await visitor.field(say('auth.password')).fill(goodPassword)
  await visitor.button(say('auth.signIn.submit')).click()
  const [beginning = '', end = ''] = say('auth.throttled', { wait: '<>' }).split('<>')
  const told = await visitor.textOf(visitor.page.getByText(beginning))
  expect(told).toMatch(/in (1 hour|\d+ minutes)/)
  expect(told).toContain(end)
})
