import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright'

/** Serious and critical faults by axe-core, one line each; empty where there are none. Targets below 24 px count (WCAG 2.5.8). */
export async function axeFaults(page: Page): Promise<string[]> {
  return await faultsOf(new AxeBuilder({ page }).options({ rules: { 'target-size': { enabled: true } } }))
}

/** Text that stands out too little from what is behind it: all that differs between light and dark. */
export async function contrastFaults(page: Page): Promise<string[]> {
  return await faultsOf(new AxeBuilder({ page }).withRules('color-contrast'))
}

async function faultsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.target.join(' ')} ${node.html}`))
}

/** What makes the page wider than its window, widest first; empty where nothing does. */
export async function widePlaces(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const { scrollWidth } = document.documentElement
    if (scrollWidth <= window.innerWidth) return []
    const beyond = [...document.body.querySelectorAll('*')].filter(
      (element) => element.getBoundingClientRect().right > window.innerWidth + 1,
    )
    const named = beyond.slice(-3).map((element) => element.outerHTML.slice(0, 160))
    return [`${scrollWidth} px in a window of ${window.innerWidth} px`, ...named]
  })
}

/** Three Latin words in a row: in Chinese text that is a sentence nobody translated. */
const englishSentence = /(?:\b[A-Za-z][a-z'’]+[ ,.:;]+){2,}[A-Za-z][a-z'’]+/

/** Visible words that are still English on a page in another language; code, and text in a language of its own, is exempt. */
export async function englishLeft(page: Page): Promise<string[]> {
  const words = await page.evaluate(() => {
    const exempt = 'code, pre, kbd, samp, script, style, noscript, [translate="no"], [lang="en"]'
    const elements = [...document.body.querySelectorAll('*')].filter(
      (element) => !element.closest(exempt) && element.checkVisibility(),
    )
    const texts = elements.flatMap((element) =>
      [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent ?? ''),
    )
    const named = ['aria-label', 'title', 'placeholder', 'alt']
    const attributes = elements.flatMap((element) => named.map((name) => element.getAttribute(name) ?? ''))
    return [document.title, ...texts, ...attributes]
  })
  return [...new Set(words.map((text) => text.trim()).filter((text) => englishSentence.test(text)))]
}

/** More than any page has; the way round it ends earlier, where the focus leaves the page. */
const stopsMax = 150

/** Resolves when no colour and no place is on its way to another one; what is inherited sets out a frame later. */
async function stillness(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const nextFrame = () => new Promise(requestAnimationFrame)
    for (let stillFrames = 0; stillFrames < 2; stillFrames += 1) {
      await nextFrame()
      const isMoving = document.getAnimations().some((animation) => animation instanceof CSSTransition)
      if (isMoving) stillFrames = -1
    }
  })
}

/** Walks the page by Tab and tells where the focus cannot be seen: off the screen, covered, or without any sign of it. */
export async function focusFaults(page: Page): Promise<{ stops: number; faults: string[] }> {
  const faults: string[] = []
  let last = await page.evaluateHandle(lookOfFocus, undefined)
  for (let stops = 0; stops < stopsMax; stops += 1) {
    await page.keyboard.press('Tab')
    await stillness(page)
    const unmarked = await last.evaluate(stopWithoutSign)
    if (unmarked) faults.push(unmarked)
    const place = await page.evaluate(placeOfFocus)
    if (place === 'left the page') return { stops, faults }
    if (place !== undefined) faults.push(place)
    last = await page.evaluateHandle(lookOfFocus, last)
  }
  return { stops: stopsMax, faults: [...faults, `the focus has not left the page after ${stopsMax} stops`] }
}

interface Look {
  element: Element | null
  style: string
}

// The following run in the page, where nothing of this file is known.

/** The element with the focus, and how it looked when it got it: some have several stops inside (day, month, year). */
function lookOfFocus(last: Look | undefined): Look {
  const element = document.activeElement
  if (element === null || element === document.body) return { element: null, style: '' }
  if (last?.element === element) return last
  const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(element)
  return { element, style: [outline, boxShadow, borderColor, backgroundColor].join() }
}

/** Names the element if it looked the same with the focus as now without. */
function stopWithoutSign({ element, style }: Look): string | undefined {
  if (element === null || element === document.activeElement) return undefined
  const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(element)
  const isSame = [outline, boxShadow, borderColor, backgroundColor].join() === style
  return isSame ? `no sign of the focus: ${element.outerHTML.slice(0, 200)}` : undefined
}

/** Says what is wrong with the place of the focus, if anything. */
function placeOfFocus(): string | undefined {
  const element = document.activeElement
  if (element === null || element === document.body) return 'left the page'
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const name = element.outerHTML.slice(0, 200)
  const isOn = right > 0 && bottom > 0 && left < window.innerWidth && top < window.innerHeight
  if (!isOn) return `off the screen: ${name}`
  const xs = [left + 2, (left + right) / 2, right - 2]
  const ys = [top + 2, (top + bottom) / 2, bottom - 2]
  const hits = xs.flatMap((x) => ys.map((y) => document.elementFromPoint(x, y)))
  const isSeen = hits.some((hit) => hit !== null && (element.contains(hit) || hit.contains(element)))
  return isSeen ? undefined : `covered by ${hits[4]?.outerHTML.slice(0, 120)}: ${name}`
}
