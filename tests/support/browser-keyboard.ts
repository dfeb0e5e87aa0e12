import type { Locator, Page } from 'playwright'

/** More stops than any page of the product has: whoever has not arrived by then cannot get there. */
const stopsMax = 80
const arrowsMax = 40

/** Somebody without a mouse: everything here is keys, and the focus decides what they do. */
export class Keyboard {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** Tabs until the target has the focus; `Shift+Tab` goes backwards. */
  async reach(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await target.waitFor()
    for (let stops = 0; stops <= stopsMax; stops += 1) {
      if (await this.#isAt(target)) return
      await this.#page.keyboard.press(key)
    }
    throw new Error(`${stopsMax} times ${key} did not reach ${target}; the focus is at ${await this.place()}`)
  }

  /** Tabs to a button or link and presses Enter. */
  async press(target: Locator): Promise<void> {
    await this.reach(target)
    await this.#page.keyboard.press('Enter')
  }

  /** Tabs to a field and types; what was in it is replaced. */
  async fill(target: Locator, text: string): Promise<void> {
    await this.reach(target)
    await this.#page.keyboard.press('Control+A')
    await this.#page.keyboard.type(text)
  }

  /** Tabs into a group of radio buttons and walks to one by arrow. */
  async choose(group: Locator, option: Locator): Promise<void> {
    await this.reach(group.getByRole('radio', { checked: true }))
    await this.walk(option)
  }

  /** Presses an arrow until the target has the focus or is the marked one of its list. */
  async walk(target: Locator, key = 'ArrowDown'): Promise<void> {
    await target.waitFor()
    for (let steps = 0; steps <= arrowsMax; steps += 1) {
      if (await this.#isAt(target)) return
      await this.#page.keyboard.press(key)
    }
    throw new Error(`${arrowsMax} times ${key} did not reach ${target}; the focus is at ${await this.place()}`)
  }

  /** Opens a menu by its button and takes one of its entries. */
  async pick(menu: Locator, entry: Locator): Promise<void> {
    await this.press(menu)
    await this.walk(entry)
    await this.#page.keyboard.press('Enter')
  }

  /** Keys as they are, one after the other: `Escape`, `g`, `Control+K`. */
  async keys(...keys: string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }

  /** What has the focus, as a screen reader names it. */
  async place(): Promise<string> {
    const focused = this.#page.locator('*:focus')
    if ((await focused.count()) === 0) return 'nothing'
    return (await focused.ariaSnapshot()) || (await focused.evaluate((element) => element.outerHTML.slice(0, 200)))
  }

  async #isAt(target: Locator): Promise<boolean> {
    const marked = this.#page.locator('*:focus, [data-highlighted], [data-selected="true"]')
    return (await target.and(marked).count()) === 1
  }
}
