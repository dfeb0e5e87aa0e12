import type { Locator } from 'playwright'
import { describe, expect, test } from 'vitest'
import type { Locale } from '#lib/i18n/locale.ts'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, englishLeft, widePlaces } from '#tests/support/browser-checks.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import type { Owner } from '#tests/support/journey.ts'
import { forgetProof, invite, join, newOwner } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()

interface Scene {
  visitor: Visitor
  owner: Owner
  words: (key: string, params?: Record<string, string | number>) => string
}

/** What opens over a page: the button that opens it, and the window it opens. */
const windows: { name: string; path: string; open: (scene: Scene) => Promise<Locator> }[] = [
  {
    name: 'invite somebody',
    path: '/members',
    open: ({ visitor, words }) => press(visitor, visitor.button(words('members.invite.open'))),
  },
  { name: 'change a role', path: '/members', open: (scene) => pick(scene, 'Grace Hopper', 'members.actions.role') },
  {
    name: 'make a reset link',
    path: '/members',
    open: (scene) => pick(scene, 'Grace Hopper', 'members.actions.reset'),
  },
  { name: 'remove a member', path: '/members', open: (scene) => pick(scene, 'Grace Hopper', 'members.actions.remove') },
  { name: 'the last owner leaves', path: '/members', open: (scene) => pick(scene, 'Ada', 'members.actions.leave') },
  {
    name: 'create an API key',
    path: '/api-keys',
    open: ({ visitor, words }) => press(visitor, visitor.button(words('api-keys.create.open'))),
  },
  { name: 'revoke an API key', path: '/api-keys', open: (scene) => pick(scene, 'ci', 'api-keys.revoke.open') },
  {
    name: 'an event of the audit log',
    path: '/audit',
    open: ({ visitor, words }) => press(visitor, visitor.page.getByText(words('audit.actions.team.created')).first()),
  },
  {
    name: 'delete the team',
    path: '/team',
    open: ({ visitor, words }) => press(visitor, visitor.button(words('team.delete.open'))),
  },
  {
    name: 'confirm who one is',
    path: '/team',
    open: async ({ visitor, owner, words }) => {
      await forgetProof(owner.userId)
      return press(visitor, visitor.button(words('team.export.submit')))
    },
  },
  {
    name: 'the keyboard shortcuts',
    path: '/usage',
    open: async ({ visitor, words }) => {
      await visitor.sees(visitor.page.getByText(words('shell.live.live'), { exact: true }))
      await visitor.keyboard.keys('?')
      return visitor.dialog()
    },
  },
  {
    name: 'the command palette',
    path: '/usage',
    open: async ({ visitor, words }) => {
      await visitor.sees(visitor.page.getByText(words('shell.live.live'), { exact: true }))
      await visitor.keyboard.keys('Control+k')
      return visitor.dialog()
    },
  },
]

async function press(visitor: Visitor, button: Locator): Promise<Locator> {
  await button.click()
  return visitor.dialog()
}

async function pick({ visitor, words }: Scene, row: string, action: string): Promise<Locator> {
  await visitor.button(words('ui.table.actionsOf', { name: row })).click()
  await visitor.page.getByRole('menuitem', { name: words(action) }).click()
  return visitor.dialog()
}

const looks = [
  { locale: 'en', colorScheme: 'light' },
  { locale: 'zh', colorScheme: 'dark' },
] as const

async function arrive(locale: Locale, colorScheme: 'light' | 'dark'): Promise<Scene> {
  const visitor = await chromium.visit({ locale, colorScheme })
  const owner = await newOwner()
  await join(owner, 'viewer')
  await owner.session.api('POST', '/api-keys', { name: 'ci', scopes: ['clusters:read'], expiresInDays: 30 })
  await visitor.take(owner.session)
  await visitor.context.addCookies([{ name: localeCookieName, value: locale, url: visitor.url }])
  return { visitor, owner, words: (key, params) => say(key, params, locale) }
}

describe.each(looks)('in $locale and $colorScheme', ({ locale, colorScheme }) => {
  test('every window over a page has a name, no serious fault for axe, and goes by Escape', async () => {
    const scene = await arrive(locale, colorScheme)
    await using visitor = scene.visitor
    const faults: Record<string, string[]> = {}
    for (const { name, path, open } of windows) {
      await visitor.open(path)
      const window = await open(scene)
      await window.waitFor()
      expect(await window.getByRole('heading').first().textContent(), name).not.toBe('')
      const english = locale === 'zh' ? await englishLeft(visitor.page) : []
      const found = [...(await axeFaults(visitor.page)), ...(await widePlaces(visitor.page)), ...english]
      if (found.length > 0) faults[name] = found
      await visitor.keyboard.keys('Escape')
      await visitor.losesSightOf(window)
    }
    expect(faults).toEqual({})
    expect(visitor.problems).toEqual([])
  })

  test('what a viewer may not open, and links that lead in, are without serious fault too', async () => {
    const scene = await arrive(locale, colorScheme)
    await using visitor = scene.visitor
    const { session, userId } = await join(scene.owner, 'viewer', 'Barbara Liskov')
    const faults: Record<string, string[]> = {}
    const look = async (name: string) => {
      await visitor.ready()
      await visitor.settled()
      const english = locale === 'zh' ? await englishLeft(visitor.page) : []
      const found = [...(await axeFaults(visitor.page)), ...(await widePlaces(visitor.page)), ...english]
      if (found.length > 0) faults[name] = found
    }
    for (const path of ['/no-such-page', `/invitation#${(await invite(scene.owner, 'viewer')).token}`]) {
      await visitor.page.goto(path)
      await look(path.slice(0, 12))
    }
    await visitor.take(session)
    for (const path of ['/audit', '/api-keys', '/team', '/members']) {
      await visitor.open(path)
      await look(`${path} as a viewer`)
    }
    await scene.owner.session.api('DELETE', `/members/${userId}`)
    await visitor.sees(scene.words('shell.ended.noTeamTitle', { team: 'Platform' }))
    await look('access has ended')
    expect(faults).toEqual({})
    expect(visitor.problems).toEqual([])
  })
})
