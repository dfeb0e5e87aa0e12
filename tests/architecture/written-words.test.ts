import { describe, expect, test } from 'vitest'
import { codeIn, readSource } from './source-files.ts'
import type { SyntaxNode } from './syntax.ts'
import { childrenOf, lineOf, nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** Attributes and properties whose text a person reads or hears. */
const readAloud =
  /^(?:alt|aria-(?:label|description|placeholder|roledescription|valuetext)|caption|description|emptyText|heading|hint|label|message|placeholder|summary|title|tooltip)$/

const hasWords = (text: string) => /\p{L}{2,}/u.test(text)

/** Text written into markup as `{'words'}`, `` {`words`} ``, or as an attribute a person reads; plain text is the linter's. */
function wordsIn(code: string, file: string): string[] {
  return [...nodesOf(parse(code, file))].flatMap((node) => {
    if (node.type === 'JSXAttribute') return readAloud.test(nameOf(node)) ? textsBelow(node, code) : []
    const isChild = node.type === 'JSXElement' || node.type === 'JSXFragment'
    const expressions = isChild ? childrenOf(node).filter(({ type }) => type === 'JSXExpressionContainer') : []
    return expressions.flatMap((expression) => textsOf(nodeAt(expression, 'expression'), code))
  })
}

function nameOf(attribute: SyntaxNode): string {
  return textAt(nodeAt(attribute, 'name'), 'value') ?? ''
}

function textsBelow(attribute: SyntaxNode, code: string): string[] {
  const value = nodeAt(attribute, 'value')
  return textsOf(value?.type === 'JSXExpressionContainer' ? nodeAt(value, 'expression') : value, code)
}

/** The texts an expression can have as its value; what is handed to a function is not shown. */
function textsOf(node: SyntaxNode | undefined, code: string): string[] {
  if (!node) return []
  if (node.type === 'StringLiteral') return report(node, textAt(node, 'value') ?? '', code)
  if (node.type === 'TemplateLiteral') {
    const quasis = childrenOf(node).filter(({ type }) => type === 'TemplateElement')
    return quasis.flatMap((quasi) => report(node, textAt(quasi, 'raw') ?? '', code))
  }
  if (node.type === 'ConditionalExpression') {
    return [...textsOf(nodeAt(node, 'consequent'), code), ...textsOf(nodeAt(node, 'alternate'), code)]
  }
  if (node.type === 'BinaryExpression' && /^(?:\|\||&&|\?\?|\+)$/.test(textAt(node, 'operator') ?? '')) {
    return [...textsOf(nodeAt(node, 'left'), code), ...textsOf(nodeAt(node, 'right'), code)]
  }
  return node.type === 'ParenthesisExpression' ? textsOf(nodeAt(node, 'expression'), code) : []
}

function report(node: SyntaxNode, text: string, code: string): string[] {
  return hasWords(text) ? [`${lineOf(code, node)}: ${text.trim()}`] : []
}

describe('words written into markup', () => {
  test.each([
    '<p>{"Clusters"}</p>',
    '<p>{`Clusters`}</p>',
    '<input placeholder="Enter a name" />',
    '<img alt="Logo" />',
    '<button aria-label={open ? "Close" : t("open")} />',
    '<p>{open && "Closed"}</p>',
    '<>{name ?? "Nobody"}</>',
    '<Panel title={"Clusters"} />',
  ])('are noticed: %s', (markup) => {
    expect(wordsIn(`export const a = ${markup}`, 'snippet.tsx')).toHaveLength(1)
  })

  test.each([
    '<p>{t("clusters")}</p>',
    '<p className="text-sm">{name}</p>',
    '<img alt="" src="/logo.svg" />',
    '<Panel title={t("title")} kind="wide" />',
    '<p>{"·"}</p>',
    '<p>{format(value, "short")}</p>',
    '<p>{state === "open" ? <b /> : null}</p>',
  ])('are not seen in: %s', (markup) => {
    expect(wordsIn(`export const a = ${markup}`, 'snippet.tsx')).toEqual([])
  })

  test('stand nowhere', () => {
    const markup = codeIn('app').filter((file) => file.endsWith('.tsx') && !file.endsWith('.test.tsx'))
    expect(markup.flatMap((file) => wordsIn(readSource(file), file).map((words) => `${file}:${words}`))).toEqual([])
  })
})
