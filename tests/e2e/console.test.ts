import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { accept, arriveAsOwner, invite } from '#tests/support/journey.ts'
import { say } from '#tests/support/journey-words.ts'

const chromium = openChromium()

/** Name in the navigation → key after `g`, address and heading. */
const areas = [
  ['clusters', 'c', '/clusters', 'clusters.title'],
  ['members', 'm', '/members', 'members.title'],
  ['apiKeys', 'k', '/api-keys', 'api-keys.title'],
  ['audit', 'a', '/audit', 'audit.title'],
  ['usage', 'u', '/usage', 'usage.title'],
  ['team', 's', '/team', 'team.title'],
  ['apiDocs', 'd', '/api-docs', 'api-docs.title'],
  ['account', 'p', '/account', 'account.title'],
] as const

async function isAt({ page }: Visitor, path: string, title: string): Promise<void> {
  await page.waitForURL((url) => url.pathname === path)
  await page.getByRole('heading', { level: 1, name: say(title), exact: true }).waitFor()
}

const membersRequest = (page: Page) => page.waitForResponse((response) => response.url().includes('/api/v1/members'))

describe('keys', () => {
  test('the palette reaches every page by its name', async () => {
    await using ada = await chromium.visit()
    await arriveAsOwner(ada)
    await ada.open('/clusters')
    await ada.isLive()
    for (const [name, , path, title] of areas) {
      await ada.keyboard.keys('Control+k')
      const palette = ada.dialog(say('shell.palette.title'))
      const input = palette.getByRole('combobox')
      await input.waitFor()
      await ada.keyboard.type(say(`shell.navigation.${name}`))
      await ada.keyboard.walk(palette.getByRole('option', { name: say(`shell.navigation.${name}`) }).first())
      await ada.keyboard.keys('Enter')
      await isAt(ada, path, title)
      await ada.losesSightOf(palette)
    }
    expect(ada.problems).toEqual([])
  })

  test('g and a letter go to each page, and ? tells which', async () => {
    await using ada = await chromium.visit()
    await arriveAsOwner(ada)
    await ada.open('/account')
    await ada.isLive()
    await ada.keyboard.keys('?')
    const help = ada.dialog(say('shell.shortcuts.title'))
    for (const [name, key] of areas) {
      const line = help.locator('dl > div', { hasText: say(`shell.navigation.${name}`) })
      expect(await line.locator('kbd').allTextContents()).toEqual(['G', key.toUpperCase()])
    }
    await ada.keyboard.keys('Escape')
    await ada.losesSightOf(help)
    for (const [, key, path, title] of areas) {
      await ada.keyboard.keys('g', key)
      await isAt(ada, path, title)
    }
    expect(ada.problems).toEqual([])
  })

  test('single keys rest in a field, and once they are switched off', async () => {
    await using ada = await chromium.visit()
    await arriveAsOwner(ada)
    await ada.open('/members')
    await ada.isLive()
    await ada.keyboard.keys('/')
    await ada.keyboard.type('g c ?')
    expect(await ada.page.getByRole('searchbox').inputValue()).toBe('g c ?')
    expect(await ada.dialog().count()).toBe(0)
    await ada.button(say('shell.bar.shortcuts')).click()
    await ada.dialog().getByRole('switch').click()
    await ada.keyboard.keys('Escape')
    await ada.losesSightOf(ada.dialog())
    await ada.keyboard.keys('?', 'g', 'a')
    expect(await ada.dialog().count()).toBe(0)
    expect(new URL(ada.page.url()).pathname).toBe('/members')
  })
})

describe('appearance', () => {
  test('theme and language are kept over a reload, the language by the profile in other browsers too', async () => {
    await using ada = await chromium.visit()
    const owner = await arriveAsOwner(ada)
    await ada.open('/clusters')
    const menu = ada.page.getByRole('button', { name: say('shell.user.menu', { name: 'Ada' }) })
    await menu.click()
    await ada.page.getByRole('menuitemradio', { name: say('common.theme.dark') }).click()
    await menu.click()
    const kept = ada.page.waitForResponse((response) => response.url().endsWith('/api/v1/me') && response.ok())
    await ada.page.getByRole('menuitemradio', { name: '简体中文' }).click()
    await kept
    await ada.sees(ada.heading(say('clusters.title', {}, 'zh')))
    await ada.page.reload()
    await ada.sees(ada.heading(say('clusters.title', {}, 'zh')))
    const root = ada.page.locator('html')
    expect([await root.getAttribute('data-theme'), await root.getAttribute('lang')]).toEqual(['dark', 'zh-CN'])
    expect(await ada.page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark')

    await using elsewhere = await chromium.visit()
    await elsewhere.open('/sign-in')
    await elsewhere.field(say('auth.email')).fill(owner.email)
    await elsewhere.field(say('auth.password')).fill('correct horse battery')
    await elsewhere.button(say('auth.signIn.submit')).click()
    await elsewhere.sees(elsewhere.heading(say('clusters.title', {}, 'zh')))
    expect([...ada.problems, ...elsewhere.problems]).toEqual([])
  })
})

describe('an address no page has', () => {
  test('says so in the title, inside the console for whoever is signed in', async () => {
    await using ada = await chromium.visit()
    await ada.open('/no-such-page')
    expect(await ada.page.title()).toBe(`${say('common.notFound.title')} · Kstone`)
    await ada.link(say('auth.toSignIn')).click()
    await ada.sees(ada.heading(say('auth.signIn.title')))

    await arriveAsOwner(ada)
    const answer = await ada.page.goto('/no-such-page')
    expect(answer?.status()).toBe(404)
    await ada.ready()
    await ada.sees(ada.heading(say('common.notFound.title')))
    expect(await ada.page.title()).toBe(`${say('common.notFound.title')} · Kstone`)
    await ada.link(say('shell.navigation.members')).click()
    await isAt(ada, '/members', 'members.title')
    expect(ada.problems).toEqual([])
  })
})

describe('news', () => {
  test('a member who joins elsewhere is in the list within 2 s, without a reload', async () => {
    await using ada = await chromium.visit()
    const owner = await arriveAsOwner(ada)
    await ada.open('/members')
    await ada.isLive()
    await ada.page.evaluate(() => Object.assign(window, { isSamePage: true }))
    const { token } = await invite(owner, 'viewer')
    await accept(token, 'Grace Hopper')
    await ada.sees(ada.page.getByRole('cell', { name: 'Grace Hopper' }), 2000)
    expect(await ada.page.evaluate(() => 'isSamePage' in window)).toBe(true)
  })

  test('where streams do not get through the page polls, and still shows who joined', async () => {
    await using ada = await chromium.visit()
    const owner = await arriveAsOwner(ada)
    await ada.context.route('**/api/v1/events/stream', (route) => route.abort())
    await ada.open('/members')
    await ada.sees(ada.page.getByText(say('shell.live.polling'), { exact: true }), 30_000)
    const { token } = await invite(owner, 'viewer')
    const refreshed = membersRequest(ada.page)
    await accept(token, 'Grace Hopper')
    await ada.sees(ada.page.getByRole('cell', { name: 'Grace Hopper' }))
    expect((await refreshed).ok()).toBe(true)
  })

  test('what was missed while the stream was down is caught up when it is back', async () => {
    await using ada = await chromium.visit()
    const owner = await arriveAsOwner(ada)
    await ada.open('/members')
    await ada.isLive()
    const { token } = await invite(owner, 'viewer')
    await ada.context.setOffline(true)
    await accept(token, 'Grace Hopper')
    expect(await ada.page.getByRole('cell', { name: 'Grace Hopper' }).count()).toBe(0)
    await ada.context.setOffline(false)
    await ada.sees(ada.page.getByRole('cell', { name: 'Grace Hopper' }))
  })
})
