import type { Response } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { openChromium } from './browser.ts'
import { axeFaults, englishLeft, focusFaults, widePlaces } from './browser-checks.ts'
import type { Visitor } from './browser-visitor.ts'
import type { PageFile, PageTour } from './page-tour.ts'
import { onlyInDevelopment, openPageTour, phone } from './page-tour.ts'

/** What is asked of every page; dark and on a phone they are looked at once more in tests/long/e2e. */
export function describePages(pages: readonly PageFile[]): void {
  const chromium = openChromium()
  let tour: PageTour
  beforeAll(async () => {
    tour = await openPageTour(chromium)
  })
  afterAll(() => tour?.[Symbol.asyncDispose]())

  describe.each(pages)('the page $route', (page) => {
    let arrival: Promise<{ visitor: Visitor; response: Response | null }> | undefined
    /** One visit for all that is looked at. */
    const arrive = () => {
      arrival ??= tour.visit(page).then(async (visitor) => ({ visitor, response: await tour.goTo(visitor, page) }))
      return arrival
    }
    afterAll(async () => (await arrival)?.visitor[Symbol.asyncDispose]())

    test('is there, quiet, within its content policy, and shows where the focus is at every stop of Tab', async () => {
      const { visitor, response } = await arrive()
      expect(response?.status()).toBe(onlyInDevelopment.includes(page.route) ? 404 : 200)
      expect(response?.headers()['content-security-policy']).toMatch(/script-src [^;]*'nonce-[^;]*'strict-dynamic'/)
      expect(await visitor.page.getByRole('heading', { level: 1 }).count()).toBe(1)
      expect(await visitor.page.title()).toMatch(/Kstone$/)
      const { stops, faults } = await focusFaults(visitor.page)
      expect(faults).toEqual([])
      expect(stops).toBeGreaterThan(0)
      expect(visitor.problems).toEqual([])
    })

    test('has no serious fault for axe, no sideways scrolling on a phone and no English in Chinese', async () => {
      const { visitor } = await arrive()
      const faults = { light: await axeFaults(visitor.page) }
      await visitor.page.setViewportSize(phone)
      Object.assign(faults, { wideInEnglish: await widePlaces(visitor.page) })
      await visitor.context.addCookies([{ name: localeCookieName, value: 'zh', url: visitor.url }])
      await tour.goTo(visitor, page)
      Object.assign(faults, {
        wideInChinese: await widePlaces(visitor.page),
        english: await englishLeft(visitor.page),
      })
      expect(faults).toEqual({ light: [], wideInEnglish: [], wideInChinese: [], english: [] })
      expect(await visitor.page.locator('html').getAttribute('lang')).toBe('zh-CN')
      expect(visitor.problems).toEqual([])
    })
  })
}
