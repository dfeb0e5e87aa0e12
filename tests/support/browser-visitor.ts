import { randomInt } from 'node:crypto'
import type { Browser, BrowserContext, ConsoleMessage, Locator, Page } from 'playwright'
import { inject } from 'vitest'
import type { Locale } from '#lib/i18n/locale.ts'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { Keyboard } from './browser-keyboard.ts'
import { BrowserSession } from './browser-session.ts'
import { say } from './journey-words.ts'

export interface VisitorOptions {
  /** What the browser asks for; default English. */
  locale?: Locale
  colorScheme?: 'light' | 'dark'
  viewport?: { width: number; height: number }
  /** Another installation than the one all tests share. */
  url?: string
}

/** How long a page may take to show what it is waited for, where nothing else is promised. */
const patienceMs = 15_000

/** Somebody at a browser. */
export class Visitor implements AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  readonly keyboard: Keyboard
  readonly url: string
  /** What a proxy in front would add to each request. */
  readonly headers: Record<string, string>
  /** What went wrong unseen: errors on the console, uncaught ones, broken content policy, answers of 500. */
  readonly problems: string[] = []

  #lastSight = ''

  private constructor(context: BrowserContext, page: Page, { url, headers }: Pick<Visitor, 'url' | 'headers'>) {
    this.context = context
    this.headers = headers
    this.page = page
    this.keyboard = new Keyboard(page)
    this.url = url
    page.on('console', (message) => this.#hear(message))
    page.on('pageerror', (error) => this.problems.push(`uncaught: ${error.message}`))
    page.on('response', (response) => {
      if (response.status() >= 500) this.problems.push(`${response.status()} ${response.url()}`)
    })
  }

  static async arrive(browser: Browser, options: VisitorOptions): Promise<Visitor> {
    const { locale = 'en', colorScheme = 'light', viewport = { width: 1440, height: 900 } } = options
    const { url = inject('product').url } = options
    const headers = newForwardedAddress()
    const context = await browser.newContext({
      baseURL: url,
      locale: htmlLangOf(locale),
      colorScheme,
      viewport,
      reducedMotion: 'reduce',
      extraHTTPHeaders: headers,
    })
    context.setDefaultTimeout(patienceMs)
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        reportError(new Error(`content policy broken: ${violatedDirective} by ${blockedURI}`))
      })
    })
    return new Visitor(context, await context.newPage(), { url, headers })
  }

  /** Goes to a page and waits until it listens. */
  async open(path: string): Promise<void> {
    await this.page.goto(path)
    await this.ready()
  }

  /** Resolves when every control of the page is React's: a press before that would be lost. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(() => {
      const controls = [...document.querySelectorAll('button, input:not([hidden]), a[href]')]
      const isTaken = (element: Element) => Object.keys(element).some((key) => key.startsWith('__reactProps'))
      return controls.length > 0 && controls.every(isTaken)
    })
  }

  /** Resolves when nothing on the page is still being fetched for its first look. */
  async settled(): Promise<void> {
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
  }

  /** Resolves when the page hears of changes by itself; its keys work by then too. */
  async isLive(): Promise<void> {
    await this.ready()
    await this.sees(this.page.getByText(say('shell.live.live'), { exact: true }))
  }

  /** Waits until it shows. */
  async sees(what: Locator | string, timeoutMs = patienceMs): Promise<void> {
    await this.#find(what).first().waitFor({ timeout: timeoutMs })
  }

  /** Waits until it shows no longer. */
  async losesSightOf(what: Locator | string, timeoutMs = patienceMs): Promise<void> {
    await this.#find(what).first().waitFor({ state: 'hidden', timeout: timeoutMs })
  }

  /** The text of what shows there, once it does. */
  async textOf(what: Locator): Promise<string> {
    return (await what.first().textContent()) ?? ''
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  link(name: string | RegExp): Locator {
    return this.page.getByRole('link', { name, exact: true })
  }

  field(name: string | RegExp): Locator {
    return this.page.getByLabel(name, { exact: true })
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name, exact: true })
  }

  dialog(name?: string | RegExp): Locator {
    return name === undefined ? this.page.getByRole('dialog') : this.page.getByRole('dialog', { name })
  }

  /** What the page itself could send: this browser's cookies, this origin. */
  async api(method: string, path: string, body?: Record<string, unknown>): Promise<{ status: number; body: unknown }> {
    return await this.page.evaluate(
      async ([method, path, body]) => {
        const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }
        const sent = body === null ? {} : { body }
        const response = await fetch(`/api/v1${path}`, { method, headers, ...sent })
        const text = await response.text()
        const isJson = response.headers.get('content-type')?.includes('json')
        return { status: response.status, body: isJson ? JSON.parse(text) : text }
      },
      [method, path, body === undefined ? null : JSON.stringify(body)] as const,
    )
  }

  /** Is signed in as whoever holds that session. */
  async take(session: BrowserSession): Promise<void> {
    const pairs = session.cookie.split('; ').filter(Boolean)
    await this.context.addCookies(
      pairs.map((pair) => ({
        name: pair.slice(0, pair.indexOf('=')),
        value: pair.slice(pair.indexOf('=') + 1),
        url: this.url,
      })),
    )
  }

  /** What was last to be seen, for whoever wants to know why a test failed. */
  get lastSight(): string {
    return this.#lastSight
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const outline = await this.page.locator('body').ariaSnapshot()
    this.#lastSight = [this.page.url(), ...this.problems, outline].join('\n')
    await this.context.close()
  }

  #find(what: Locator | string): Locator {
    return typeof what === 'string' ? this.page.getByText(what) : what
  }

  /** A refused request is for the test to judge; Chromium writes each of them to the console too. */
  #hear(message: ConsoleMessage): void {
    if (message.type() !== 'error') return
    if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return
    this.problems.push(`console: ${message.text()}`)
  }
}

/** An address for somebody new, of a private network nobody else is in; the product counts failures by address. */
function newForwardedAddress(): Record<string, string> {
  return { 'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}` }
}

/** A browser without a screen, at the same product; from an address of its own, unless given one. */
export function newSession(headers: Record<string, string> = newForwardedAddress()): BrowserSession {
  return new BrowserSession(inject('product').url, headers)
}
