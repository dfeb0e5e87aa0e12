import { expect, test } from 'vitest'
import { actionCodes } from '#app/(console)/audit/_components/action-codes.ts'
import { messagesOf } from './messages.ts'
import { codeIn, readSource } from './source-files.ts'
import { nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** Codes of audit actions, as services write them: `action: 'member.removed'`, also where one of two is chosen. */
function actionsIn(file: string): string[] {
  return [...nodesOf(parse(readSource(file), file))].flatMap((node) => {
    if (node.type !== 'KeyValueProperty' || textAt(nodeAt(node, 'key'), 'value') !== 'action') return []
    const value = nodeAt(node, 'value')
    const texts = value ? [...nodesOf(value)].filter(({ type }) => type === 'StringLiteral') : []
    return texts.map((text) => textAt(text, 'value') ?? '').filter((text) => /^[a-z-]+\.[a-z-]+$/.test(text))
  })
}

const sources = codeIn('lib', 'workers').filter((file) => !file.endsWith('.test.ts'))
const written = [...new Set(sources.flatMap(actionsIn))]

test('the audit page can filter by every action that is written down, and by no other', () => {
  expect(written.length).toBeGreaterThan(0)
  expect([...actionCodes].toSorted()).toEqual(written.toSorted())
})

test.each(['en', 'zh'])('every audited action has words in %s', (locale) => {
  const messages = messagesOf(locale)
  const wanted = actionCodes.flatMap((code) => [
    `audit.actions.${code}`,
    `audit.areas.${code.slice(0, code.indexOf('.'))}`,
  ])
  expect(wanted.filter((key) => !messages.has(key))).toEqual([])
})
