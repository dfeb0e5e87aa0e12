import { describe, expect, test } from 'vitest'
import { errorCodes } from '#lib/errors.ts'
import { argumentsOf, messagesOf, wordsOf } from './messages.ts'
import { codeIn, readSource } from './source-files.ts'
import { nodeAt, nodesOf, parse, textAt } from './syntax.ts'

const english = messagesOf('en')
const chinese = messagesOf('zh')
const keysWithin = (namespace: string) =>
  [...english.keys()].filter((key) => key.startsWith(`${namespace}.`)).map((key) => key.slice(namespace.length + 1))

/** Names, protocols and terms that both languages write alike. */
const commonWords = new Set(
  `Kstone etcd API Bearer Cookie CPU CSV DNS English GitHub Grafana HTTP HTTPS ID IP JSON Kubernetes Leader Learner OIDC
  OpenAPI PostgreSQL Prometheus Redis REST RPO RTO S3 Shell SMTP SSO TLS URL UTC UUID Valkey Webhook curl prod rev staging 简体中文`.split(
    /\s+/,
  ),
)

/** Units, numbers, addresses, and identifiers as people type them. */
const commonForm = /^(?:[KMGT]?i?B|ms|s|\d+|0x[0-9a-f]+|\S+@\S+|https?:\S+|[a-z]+(?:-[a-z0-9]+)+)$/

const isAlikeByNature = (message: string) =>
  wordsOf(message)
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word))
    .map((word) => word.replaceAll(/^[^\p{L}\d]+|[^\p{L}\d]+$/gu, ''))
    .every((word) => commonWords.has(word) || commonForm.test(word))

/** Further words that find an entry of a menu; they help in whatever language somebody types. */
const isSearchWords = (key: string) => /\.keywords[A-Z]/.test(key)

describe('reading a message', () => {
  test.each([
    ['Nothing to fill in', []],
    ['Type {name} to confirm', ['name']],
    ['{count, plural, one {# cluster} other {# clusters}}', ['count:plural']],
    ['{count, plural, one {cluster} other {clusters of {team}}}', ['count:plural', 'team']],
    ['Use {minimum, number} or more', ['minimum:number']],
    ['Read <link>the page of {name}</link>', ['<link>', 'name']],
    ["Write '{name}' as it is", []],
  ])('finds what %j asks for', (message, expected) => {
    expect(argumentsOf(message)).toEqual(expected)
  })

  test.each(['{count', 'count}', '{count, plural, one {a}'])('refuses the unmatched brace in %j', (message) => {
    expect(() => argumentsOf(message)).toThrow('brace')
  })

  test('keeps the words and drops what is filled in', () => {
    expect(wordsOf('{count, plural, one {one cluster} other {# clusters}} of <b>{team}</b>').match(/\w+/g)).toEqual([
      'one',
      'cluster',
      'clusters',
      'of',
    ])
  })

  test.each([
    ['Kstone', true],
    ['{sizeBytes} KiB', true],
    ['name@example.com', true],
    ['Cancel', false],
    ['Kstone restores', false],
  ])('knows whether %j is written alike in both languages', (message, expected) => {
    expect(isAlikeByNature(message)).toBe(expected)
  })
})

describe('the two languages', () => {
  test('have the same keys', () => {
    expect(english.size).toBeGreaterThan(0)
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('ask for the same values under every key', () => {
    // Chinese has one plural form: it may name a count where English chooses between two sentences.
    const plain = (message: string) =>
      argumentsOf(message).map((argument) => argument.replace(/:(?:plural|number)$/, ''))
    const different = [...english].filter(([key, message]) => {
      const other = chinese.get(key)
      return other !== undefined && plain(other).join() !== plain(message).join()
    })
    expect(different.map(([key]) => key)).toEqual([])
  })

  test('say something under every key', () => {
    const empty = [...english, ...chinese].filter(([, message]) => message.trim() === '')
    expect(empty.map(([key]) => key)).toEqual([])
  })

  test('are two: Chinese is written in Chinese', () => {
    const untranslated = [...chinese].filter(
      ([key, message]) => !/\p{Script=Han}/u.test(message) && !isAlikeByNature(message) && !isSearchWords(key),
    )
    expect(untranslated.map(([key, message]) => `${key}: ${message}`)).toEqual([])
  })

  test('are two: English is written without Chinese', () => {
    const mixed = [...english].filter(([, message]) => /\p{Script=Han}/u.test(message) && !isAlikeByNature(message))
    expect(mixed.map(([key, message]) => `${key}: ${message}`)).toEqual([])
  })
})

describe('the sentences', () => {
  test('for failures are there for every code, and for no other', () => {
    expect(keysWithin('errors').sort()).toEqual(Object.keys(errorCodes).sort())
  })

  test('for rejected fields are there for every key a contract uses', () => {
    const used = codeIn('lib/contracts').flatMap((file) => validationKeysIn(readSource(file), file))
    const known = new Set(keysWithin('validation'))
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter(({ key }) => !known.has(key)).map(({ key, at }) => `${at}: ${key}`)).toEqual([])
  })

  test('for rejected fields are all said somewhere', () => {
    const said = new Set(codeIn('lib').flatMap((file) => textsIn(readSource(file), file)))
    expect(keysWithin('validation').filter((key) => !said.has(key))).toEqual([])
  })
})

/** Messages given to a schema: `{ error: 'key' }` and `{ message: 'key' }`. */
function validationKeysIn(code: string, file: string): { key: string; at: string }[] {
  return [...nodesOf(parse(code, file))]
    .filter(
      (node) =>
        node.type === 'KeyValueProperty' && /^(?:error|message)$/.test(textAt(nodeAt(node, 'key'), 'value') ?? ''),
    )
    .map((node) => nodeAt(node, 'value'))
    .flatMap((value) => (value?.type === 'StringLiteral' ? { key: textAt(value, 'value') ?? '', at: file } : []))
}

function textsIn(code: string, file: string): string[] {
  return [...nodesOf(parse(code, file))].flatMap((node) =>
    node.type === 'StringLiteral' ? (textAt(node, 'value') ?? []) : [],
  )
}
