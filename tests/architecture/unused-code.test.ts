import { mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { plantFiles, runTool } from './run-tool.ts'
import { readSource } from './source-files.ts'

const named = z.array(z.object({ name: z.string() }))
const report = z.object({
  issues: z.array(
    z.object({
      file: z.string(),
      files: named,
      exports: named,
      types: named,
      dependencies: named,
      unlisted: named,
      unresolved: named,
    }),
  ),
})

/** A small checkout with one unused thing of every kind, next to its used twin. */
const checkout: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    name: 'fixture',
    type: 'module',
    imports: { '#lib/*': './lib/*' },
    dependencies: { pino: '1', zod: '1' },
  }),
  'knip.json': readSource('knip.json'),
  'workers/main.ts':
    "import { used } from '#lib/half.ts'\nimport 'left-pad'\nimport 'zod'\nimport './gone.ts'\nused()\n",
  'lib/half.ts':
    'export function used(): Used {}\nexport interface Used {}\nexport const unused = 1\nexport type UnusedType = string\n',
  'lib/dead.ts': 'export const dead = 1\n',
  'scripts/setup.mjs': 'export {}\n',
}

describe('the search for unused code', () => {
  const found: Record<string, string[]> = {}
  let exitCode = 0

  beforeAll(async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'unused-code-'))
    plantFiles(folder.path, checkout)
    const answer = await runTool('knip', ['--reporter', 'json', '--no-progress'], folder.path)
    exitCode = answer.exitCode
    for (const { file: _, ...kinds } of report.parse(JSON.parse(answer.stdout)).issues) {
      for (const [kind, names] of Object.entries(kinds)) {
        found[kind] = [...(found[kind] ?? []), ...names.map(({ name }) => name)]
      }
    }
  })

  test('fails the run', () => {
    expect(exitCode).not.toBe(0)
  })

  test.each([
    ['a file', 'files', 'lib/dead.ts'],
    ['an export', 'exports', 'unused'],
    ['a type', 'types', 'UnusedType'],
    ['a dependency', 'dependencies', 'pino'],
    ['an import of a package nobody declared', 'unlisted', 'left-pad'],
    ['an import of a file that is not there', 'unresolved', './gone.ts'],
  ])('finds %s', (_what, kind, name) => {
    expect(found[kind]).toContain(name)
  })

  test('leaves alone what is used', () => {
    const all = Object.values(found).flat()
    expect(all.filter((name) => ['used', 'Used', 'zod', 'lib/half.ts', 'scripts/setup.mjs'].includes(name))).toEqual([])
  })
})
