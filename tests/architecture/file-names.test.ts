import { basename, dirname } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeIn, filesIn } from './source-files.ts'

const places = ['app', 'lib', 'workers', 'scripts', 'tests']

/** A folder is written in small words with hyphens; Next gives brackets, parentheses and a leading underscore a meaning. */
const folderName = /^(?:_?[a-z0-9]+(?:[-.][a-z0-9]+)*|\((?:[a-z0-9]+(?:-[a-z0-9]+)*)\)|\[(?:\[?\.{3})?[a-zA-Z]+\]?\])$/

/** Names that say nothing about what is inside, and so collect everything. */
const emptyName =
  /^(?:common|constants|helpers?|misc|part-?\d*|shared|stuff|types|utils?|utilities)$|-(?:helpers?|utils?|part|\d+)$/

const stem = (file: string) => basename(file).replace(/\..*$/, '')

describe('a name', () => {
  test.each([
    'clusters',
    '_components',
    '(console)',
    '[clusterId]',
    '[...path]',
    '[[...path]]',
    'api-keys',
    'v1',
    'openapi.json',
  ])('of a folder may be %s', (name) => {
    expect(folderName.test(name)).toBe(true)
  })

  test.each(['Clusters', 'apiKeys', 'api_keys', '(Console)', '[cluster-id]'])('of a folder may not be %s', (name) => {
    expect(folderName.test(name)).toBe(false)
  })

  test.each(['utils', 'helpers', 'common', 'types', 'string-utils', 'table-2', 'part2'])(
    'of a file may not be %s',
    (name) => {
      expect(emptyName.test(name)).toBe(true)
    },
  )

  test.each(['take-backup', 's3', 'sha256', 'v1', 'parse-input'])('of a file may be %s', (name) => {
    expect(emptyName.test(name)).toBe(false)
  })

  test('of every folder keeps to the form', () => {
    const folders = new Set(filesIn(...places).flatMap((file) => dirname(file).split('/')))
    expect([...folders].filter((name) => !folderName.test(name))).toEqual([])
  })

  test('of every file says what is inside', () => {
    expect(codeIn(...places).filter((file) => emptyName.test(stem(file)))).toEqual([])
  })
})
