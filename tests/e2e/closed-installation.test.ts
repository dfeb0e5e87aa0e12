import { afterAll, beforeAll, expect, test } from 'vitest'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, englishLeft, widePlaces } from '#tests/support/browser-checks.ts'
import { say } from '#tests/support/journey-words.ts'
import type { RunningApp } from '#tests/support/stack.ts'
import { startApp } from '#tests/support/stack.ts'

const chromium = openChromium()

let app: RunningApp

beforeAll(async () => {
  app = await startApp({ withWorker: false, env: { SIGN_UP_ENABLED: 'false', LOG_LEVEL: 'warn' } })
})

afterAll(() => app?.stop())

const pages = [
  ['/sign-up', 'auth.signUp.closed'],
  ['/sign-in', 'auth.signIn.inviteOnly'],
  ['/reset', 'auth.reset.noMail'],
] as const

test.each(pages)(
  'without sign-up, mail and identity provider %s says whom to ask, in either language',
  async (path, words) => {
    await using visitor = await chromium.visit({ url: app.url })
    await visitor.open(path)
    await visitor.sees(say(words))
    expect(await axeFaults(visitor.page), 'English').toEqual([])
    await visitor.page.setViewportSize({ width: 390, height: 844 })
    await visitor.page.emulateMedia({ colorScheme: 'dark' })
    await visitor.context.addCookies([{ name: localeCookieName, value: 'zh', url: visitor.url }])
    await visitor.open(path)
    await visitor.sees(say(words, {}, 'zh'))
    expect(await axeFaults(visitor.page), 'Chinese').toEqual([])
    expect([...(await widePlaces(visitor.page)), ...(await englishLeft(visitor.page))]).toEqual([])
    expect(visitor.problems).toEqual([])
  },
)
