import { readdirSync } from 'node:fs'
import { mkdtempDisposable } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ImportGraph } from './boundaries.ts'
import { boundaries, carriedBy, cruise } from './boundaries.ts'
import { plantFiles } from './run-tool.ts'
import { codeIn, readSource, root } from './source-files.ts'

const { rows, packages } = boundaries
const places = [...rows.map((row) => row.of), 'tests', 'scripts']
const folderOf = (place: string) => (place === 'ground' ? 'lib' : place)
const wordOf = (place: string) => place.replaceAll('/', '-')
const importOf = (place: string, kind = 'import') =>
  `${kind} { it } from '#${folderOf(place)}/it.ts'\nexport { it as mine }\n`

/** What the table says in words, without the regular expressions the rules are made of. */
function mayImport(from: string, to: string): boolean {
  const row = rows.find(({ of }) => of === from)
  if (!row) throw new Error(`no row for ${from}`)
  const isLib = to === 'ground' || to.startsWith('lib/')
  if (row.mayAllOfLibBut) return isLib && !row.mayAllOfLibBut.includes(to)
  return (to === 'ground' && !row.withoutGround) || (row.may ?? []).includes(to)
}

interface Expectation {
  readonly from: string
  readonly content: string
  readonly rule: string
  readonly refused: boolean
}

const pairs: readonly Expectation[] = rows.flatMap(({ of, typesFromAllOfLib }) =>
  places
    .filter((to) => to !== of)
    .flatMap((to) => {
      const typesAllowed = typesFromAllOfLib === true && (to === 'ground' || to.startsWith('lib/'))
      const common = { rule: `row:${of}`, refused: !mayImport(of, to) }
      return [
        { ...common, from: `${folderOf(of)}/value-of-${wordOf(to)}.ts`, content: importOf(to) },
        {
          ...common,
          from: `${folderOf(of)}/type-of-${wordOf(to)}.ts`,
          content: importOf(to, 'import type'),
          refused: common.refused && !typesAllowed,
        },
      ]
    }),
)

const entrances: readonly Expectation[] = [
  { from: 'proxy.ts', content: importOf('lib/db'), rule: 'row:app', refused: true },
  { from: 'instrumentation.ts', content: importOf('lib/services'), rule: 'row:app', refused: false },
]

const uses = packages.flatMap((owner, index) =>
  owner.names.flatMap((name): Expectation[] => {
    const rule = `package:${packages[index]?.names[0]}`
    const specifier = name.replace('/*', '/client')
    const file = `uses-${specifier.replaceAll(/[^a-z0-9]/g, '-')}`
    const value = `import * as it from '${specifier}'\nexport const mine = it\n`
    const type = `import type * as it from '${specifier}'\nexport type Mine = typeof it\n`
    const homes = owner.onlyIn.filter((home) => !home.endsWith('.ts'))
    return [
      { from: `lib/explorer/${file}.ts`, content: value, rule, refused: true },
      {
        from: `lib/explorer/${file}-dynamically.ts`,
        content: `export const mine = await import('${specifier}')\n`,
        rule,
        refused: true,
      },
      { from: `lib/explorer/${file}-type.ts`, content: type, rule, refused: owner.typesEverywhere !== true },
      ...homes.map((home) => ({ from: `${home}/${file}.ts`, content: value, rule, refused: false })),
    ]
  }),
)

const special: readonly Expectation[] = [
  {
    from: 'lib/contracts/uses-pino.ts',
    content: "import pino from 'pino'\nexport const mine = pino\n",
    rule: 'packages-of:lib/contracts',
    refused: true,
  },
  {
    from: 'lib/contracts/uses-zod.ts',
    content: "import { z } from 'zod'\nexport const mine = z\n",
    rule: 'packages-of:lib/contracts',
    refused: false,
  },
  {
    from: 'lib/net/lost.ts',
    content: "export { it as mine } from '#lib/net/gone.ts'\n",
    rule: 'resolvable',
    refused: true,
  },
  {
    from: 'lib/net/asks-test.ts',
    content: "export { it as mine } from './it.test.ts'\n",
    rule: 'tests-import-nobody-back',
    refused: true,
  },
  {
    from: 'lib/errors-read-messages.ts',
    content: "export { it as mine } from '#lib/i18n/messages/it.ts'\n",
    rule: 'row:ground',
    refused: true,
  },
  {
    from: 'lib/errors-read-messages.test.ts',
    content: "export { it as mine } from '#lib/i18n/messages/it.ts'\n",
    rule: 'row:ground',
    refused: false,
  },
  {
    from: 'lib/errors-read-locale.test.ts',
    content: "export { it as mine } from '#lib/i18n/it.ts'\n",
    rule: 'row:ground',
    refused: true,
  },
  {
    from: 'lib/net/arrow.ts',
    content: "export const mine = async () => {\n  return await import('#lib/db/it.ts')\n}\n",
    rule: 'row:lib/net',
    refused: true,
  },
  {
    from: 'lib/net/lends.ts',
    content: "export async function mine() {\n  await using it = await import('#lib/db/it.ts')\n}\n",
    rule: 'row:lib/net',
    refused: true,
  },
  {
    from: 'lib/restores/asks-provider.ts',
    content: "export { it as mine } from '#lib/clusters/provider.ts'\n",
    rule: 'row:lib/restores',
    refused: false,
  },
  {
    from: 'lib/services/uses-generated.ts',
    content: "export { it as mine } from '#lib/db/generated/client.ts'\n",
    rule: 'file:lib/db/generated',
    refused: true,
  },
  {
    from: 'lib/services/uses-generated-types.ts',
    content: "export type { it as Mine } from '#lib/db/generated/client.ts'\n",
    rule: 'file:lib/db/generated',
    refused: false,
  },
  ...['lib/etcd', 'lib/services', 'lib/clusters', 'workers'].map((place) => ({
    from: `${place}/makes-own-endpoint.ts`,
    content: "export { it as mine } from '#lib/net/make-own-endpoint.ts'\n",
    rule: 'file:lib/net/make-own-endpoint.ts',
    refused: true,
  })),
  {
    from: 'lib/etcd-server/makes-own-endpoint.ts',
    content: "export { it as mine } from '#lib/net/make-own-endpoint.ts'\n",
    rule: 'file:lib/net/make-own-endpoint.ts',
    refused: false,
  },
]

const expectations = [...pairs, ...entrances, ...uses, ...special]

describe('the rules', () => {
  const broken = new Map<string, Set<string>>()

  beforeAll(async () => {
    await using checkout = await mkdtempDisposable(join(tmpdir(), 'boundaries-'))
    const targets = [...places.map(folderOf), 'lib/db/generated', 'lib/i18n/messages'].map((folder) => [
      `${folder}/it.ts`,
      'export const it = 1\n',
    ])
    plantFiles(checkout.path, {
      'package.json': readSource('package.json'),
      ...Object.fromEntries(targets),
      'lib/db/generated/client.ts': 'export const it = 1\n',
      'lib/clusters/provider.ts': 'export const it = 1\n',
      'lib/net/make-own-endpoint.ts': 'export const it = 1\n',
      'lib/net/it.test.ts': 'export const it = 1\n',
      'lib/net/round.ts': "import { back } from './round-back.ts'\nexport const it = () => back\n",
      'lib/net/round-back.ts': "import { it } from './round.ts'\nexport const back = () => it\n",
      ...Object.fromEntries(expectations.map(({ from, content }) => [from, content])),
    })
    const { summary } = await cruise(checkout.path)
    for (const { from, rule } of summary.violations) broken.set(from, (broken.get(from) ?? new Set()).add(rule.name))
  })

  const breaks = ({ from, rule }: Expectation) => broken.get(from)?.has(rule) ?? false

  test('are asked about every pair of places, each in a file of its own', () => {
    expect(new Set(expectations.map(({ from }) => from)).size).toBe(expectations.length)
    expect(pairs.length).toBe(rows.length * (places.length - 1) * 2)
  })

  test('refuse every import the table does not allow', () => {
    const missed = expectations.filter((expectation) => expectation.refused && !breaks(expectation))
    expect(missed.map(({ from, rule }) => `${rule}: ${from}`)).toEqual([])
  })

  test('accept every import the table allows', () => {
    const wronged = expectations.filter((expectation) => !expectation.refused && breaks(expectation))
    expect(wronged.map(({ from, rule }) => `${rule}: ${from}`)).toEqual([])
  })

  test('refuse a cycle', () => {
    const rounds = [...broken].filter(([, names]) => names.has('no-cycles')).map(([from]) => from)
    expect(rounds).toHaveLength(1)
    expect(rounds[0]).toMatch(/^lib\/net\/round/)
  })

  test.each([
    ['lib/etcd', 'lib/db'],
    ['lib/backups', 'lib/db'],
    ['lib/contracts', 'ground'],
    ['lib/services', 'lib/api'],
    ['lib/api', 'lib/services'],
    ['workers', 'lib/db'],
    ['app', 'lib/db'],
    ['app', 'workers'],
  ])('keep %s away from %s', (from, to) => {
    expect(broken.get(`${folderOf(from)}/value-of-${wordOf(to)}.ts`)).toContain(`row:${from}`)
  })
})

describe('the table', () => {
  test('names every folder of lib', () => {
    const folders = readdirSync(join(root, 'lib'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const named = rows.map(({ of }) => of)
    expect(folders.map(({ name }) => `lib/${name}`).filter((folder) => !named.includes(folder))).toEqual([])
  })

  test('names nothing that no row describes', () => {
    const known = new Set([...places, 'lib/clusters/provider.ts'])
    const mentioned = rows.flatMap(({ may = [], mayAllOfLibBut = [] }) => [...may, ...mayAllOfLibBut])
    expect(mentioned.filter((place) => !known.has(place))).toEqual([])
  })
})

describe('the checkout', () => {
  let graph: ImportGraph

  beforeAll(async () => {
    graph = await cruise(root)
  })

  test('is read completely', () => {
    const read = new Set(graph.modules.map(({ source }) => source))
    const written = codeIn('app', 'lib', 'workers', 'prisma', 'scripts', 'tests')
    expect(written.filter((file) => !read.has(file))).toEqual([])
    expect(read.size).toBeGreaterThanOrEqual(written.length)
  })

  test('breaks no rule', () => {
    expect(graph.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual([])
  })

  test('sends nothing to the browser that belongs on the server', () => {
    const inBrowser = codeIn('app').filter((file) => /^['"]use client['"]/.test(readSource(file)))
    expect(inBrowser.length).toBeGreaterThan(0)
    const carried = [...carriedBy(inBrowser, graph)]
    expect(carried.filter((module) => builtinModules.includes(module) || serverOnly.test(module))).toEqual([])
  })
})

/** What of lib a page may not carry into the browser: the configuration, and all folders but these. The permission table is pure. */
const serverOnly = /^lib\/(?:config\.ts|(?!contracts\/|values\/|i18n\/|tenancy\/permissions\.ts)[^/]+\/)/

describe('what a module carries with it', () => {
  const modules = [
    { source: 'app/a.tsx', dependencies: [{ resolved: 'lib/b.ts', dependencyTypes: ['import'] }] },
    { source: 'lib/b.ts', dependencies: [{ resolved: 'net', dependencyTypes: ['core', 'import'] }] },
    { source: 'app/c.tsx', dependencies: [{ resolved: 'lib/b.ts', dependencyTypes: ['import', 'type-only'] }] },
  ]

  test('reaches through others, whoever they are', () => {
    expect([...carriedBy(['app/a.tsx'], { modules })]).toEqual(['app/a.tsx', 'lib/b.ts', 'net'])
  })

  test('is nothing where only a type is asked for', () => {
    expect([...carriedBy(['app/c.tsx'], { modules })]).toEqual(['app/c.tsx'])
  })
})
