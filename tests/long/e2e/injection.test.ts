import type { Page } from 'playwright'
import { describe, expect, test } from 'vitest'
import { openChromium } from '#tests/support/browser.ts'
import type { Visitor } from '#tests/support/browser-visitor.ts'
import { accept, arriveAsOwner, invite } from '#tests/support/journey.ts'

const chromium = openChromium()

/** Each would say so if a browser ran it: it marks the window. At most 80 characters, as names may be. */
const payloads = [
  '<script>window.ran=1</script>',
  '<img src=x onerror=window.ran=1>',
  '<svg/onload=window.ran=1>',
  '"><script>window.ran=1</script>',
  "'-window.ran=1-'",
  '</title><script>window.ran=1</script>',
  '</script><script>window.ran=1</script>',
  'javascript:window.ran=1',
  '<iframe srcdoc="<script>parent.ran=1</script>">',
  '<a href="javascript:window.ran=1">click</a>',
  '{{constructor.constructor("window.ran=1")()}}',
  '<details open ontoggle=window.ran=1>',
  '<style>@import"javascript:window.ran=1"</style>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=window.ran=1>',
  '`-window.ran=1-`',
  '&lt;img src=x onerror=window.ran=1&gt;',
]

const consolePages = [
  '/clusters',
  '/members',
  '/members?tab=invitations',
  '/api-keys',
  '/audit',
  '/usage',
  '/team',
  '/account',
]

async function hasRun(page: Page): Promise<boolean> {
  return await page.evaluate(() => Reflect.has(window, 'ran'))
}

/** Looks at a page and counts the dialogs it opened; none may. */
async function looksHarmless(visitor: Visitor, path: string): Promise<void> {
  await visitor.open(path)
  await visitor.settled()
  expect([path, await hasRun(visitor.page)]).toEqual([path, false])
}

describe('text that means to be a program', () => {
  test('stays text wherever it is shown: names of people, teams, keys, in the log and in filters', async () => {
    await using ada = await chromium.visit()
    const owner = await arriveAsOwner(ada)
    let dialogs = 0
    ada.page.on('dialog', (dialog) => {
      dialogs += 1
      return dialog.dismiss()
    })
    for (const [index, payload] of payloads.entries()) {
      const answers = [
        await owner.session.api('PATCH', '/me', { name: payload }),
        await owner.session.api('PATCH', '/team', { name: payload }),
        await owner.session.api('POST', '/api-keys', { name: payload, scopes: ['clusters:read'], expiresInDays: 1 }),
      ]
      expect(
        answers.map(({ status }) => status),
        payload,
      ).toEqual([200, 200, 201])
      const { token } = await invite(owner, 'viewer')
      if (index % 4 === 0) await accept(token, payload)
    }
    for (const path of consolePages) await looksHarmless(ada, path)
    for (const payload of payloads.slice(0, 4)) {
      const text = encodeURIComponent(payload)
      for (const path of [`/members?q=${text}`, `/audit?actor=${text}`, `/clusters?q=${text}`]) {
        await looksHarmless(ada, path)
      }
    }
    expect(dialogs).toBe(0)
    expect(ada.problems).toEqual([])
  }, 300_000)

  test('is not run from an address either', async () => {
    await using eve = await chromium.visit()
    const text = encodeURIComponent('"><script>window.ran=1</script>')
    const paths = [
      `/sign-in?from=${encodeURIComponent('javascript:window.ran=1')}`,
      `/sign-in?error=${text}`,
      `/sign-in?notice=${text}`,
      `/reset#${text}`,
      `/invitation#${text}`,
      `/${text}`,
    ]
    for (const path of paths) await looksHarmless(eve, path)
    expect(eve.problems).toEqual([])
  })
})
