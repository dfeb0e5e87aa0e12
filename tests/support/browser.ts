import type { Browser } from 'playwright'
import { chromium } from 'playwright'
import { afterAll, beforeAll, onTestFailed } from 'vitest'
import { findChromium } from '#scripts/test/chromium.ts'
import type { VisitorOptions } from './browser-visitor.ts'
import { Visitor } from './browser-visitor.ts'

export interface Chromium {
  /** Somebody at a browser of their own: no cookies, an address of their own. */
  visit(options?: VisitorOptions): Promise<Visitor>
}

/** One Chromium for the tests of a file. Call it at the top of the file. */
export function openChromium(): Chromium {
  let browser: Browser | undefined
  beforeAll(async () => {
    const executablePath = findChromium()
    browser = await chromium.launch({
      args: ['--no-sandbox', '--disable-background-networking'],
      ...(executablePath === undefined ? {} : { executablePath }),
    })
  })
  afterAll(() => browser?.close())
  return {
    visit: async (options = {}) => {
      if (!browser) throw new Error('Chromium has not started')
      const visitor = await Visitor.arrive(browser, options)
      onTestFailed(() => {
        process.stderr.write(`\na visitor last saw ${visitor.lastSight}\n`)
      })
      return visitor
    },
  }
}
