import { readFileSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { lintCases } from './lint-cases.ts'
import { plantFiles, runTool } from './run-tool.ts'
import { root } from './source-files.ts'

const report = z.object({
  diagnostics: z.array(
    z.object({ category: z.string(), severity: z.string(), location: z.object({ path: z.string() }).nullable() }),
  ),
})

interface Planted {
  readonly path: string
  readonly code: string
  readonly rule: string
  readonly refused: boolean
}

const planted: readonly Planted[] = lintCases.flatMap(({ rule, at, code, fineAt = [], fine }, index): Planted[] => {
  const named = (place: string, name: string) => place.replace('*', `case-${index}-${name}`)
  const refused = { path: named(at, 'refused'), code, rule, refused: true }
  const places = fineAt.map((place) => ({ path: named(place, 'place'), code, rule, refused: false }))
  const forms = fine === undefined ? [] : [{ path: named(at, 'form'), code: fine, rule, refused: false }]
  return [refused, ...places, ...forms]
})

const neighbours: Readonly<Record<string, string>> = {
  'lib/present.ts': [
    'export const b = 1',
    'export type Present = string',
    'export async function later(): Promise<number> {',
    '  return await Promise.resolve(1)',
    '}',
  ].join('\n'),
  'lib/present.json': '{}\n',
  'lib/loop-back.ts': "import { a } from './loop.ts'\nexport const b = () => a\n",
  ...Object.fromEntries(
    ['biome.json', 'package.json', 'tsconfig.json'].map((name) => [name, readFileSync(join(root, name), 'utf8')]),
  ),
}

/** Rules that hold against each planted file. */
const found = new Map<string, Set<string>>()
const severities = new Set<string>()

beforeAll(async () => {
  await using checkout = await mkdtempDisposable(join(tmpdir(), 'lint-rules-'))
  plantFiles(checkout.path, { ...neighbours, ...Object.fromEntries(planted.map(({ path, code }) => [path, code])) })
  const args = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.']
  const { stdout } = await runTool('biome', args, checkout.path)
  for (const { category, severity, location } of report.parse(JSON.parse(stdout)).diagnostics) {
    severities.add(severity)
    if (location) found.set(location.path, (found.get(location.path) ?? new Set()).add(category))
  }
})

describe('the linter', () => {
  test('is asked about every piece of code under a path of its own', () => {
    const paths = planted.map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  test.each(planted.filter(({ refused }) => refused))('refuses $rule in $path', ({ rule, path }) => {
    expect([...(found.get(path) ?? [])]).toContain(`lint/${rule}`)
  })

  test.each(planted.filter(({ refused }) => !refused))('has nothing about $rule in $path', ({ rule, path }) => {
    expect([...(found.get(path) ?? [])]).not.toContain(`lint/${rule}`)
  })

  test('knows no mere warning', () => {
    expect([...severities]).toEqual(['error'])
  })
})
