import { afterAll, beforeAll, expect, test } from 'vitest'
import { localeCookieName } from '#lib/i18n/locale.ts'
import { openChromium } from '#tests/support/browser.ts'
import { axeFaults, contrastFaults, widePlaces } from '#tests/support/browser-checks.ts'
import type { PageTour } from '#tests/support/page-tour.ts'
import { openPageTour, otherPages, pagesOfFleet, phone } from '#tests/support/page-tour.ts'

const chromium = openChromium()
let tour: PageTour
beforeAll(async () => {
  tour = await openPageTour(chromium)
})
afterAll(() => tour?.[Symbol.asyncDispose]())

const pages = [...pagesOfFleet, ...otherPages]

test.each(pages)(
  'the page $route has no serious fault for axe when it is dark, or Chinese and on a phone',
  async (page) => {
    await using visitor = await tour.visit(page)
    await tour.goTo(visitor, page)
    await visitor.page.emulateMedia({ colorScheme: 'dark' })
    const faults = { dark: await contrastFaults(visitor.page) }
    await visitor.page.setViewportSize(phone)
    await visitor.context.addCookies([{ name: localeCookieName, value: 'zh', url: visitor.url }])
    await tour.goTo(visitor, page)
    Object.assign(faults, { wideOnPhone: await widePlaces(visitor.page), onPhone: await axeFaults(visitor.page) })
    expect(faults).toEqual({ dark: [], wideOnPhone: [], onPhone: [] })
    expect(visitor.problems).toEqual([])
  },
)
