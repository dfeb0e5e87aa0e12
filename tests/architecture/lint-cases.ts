/** One rule, code it must refuse, and (where the rule knows exceptions) a place or a form it must accept. */
export interface LintCase {
  readonly rule: string
  /** Where the code stands when it is refused; a star becomes a name of its own. */
  readonly at: string
  readonly code: string
  /** Places where the same code is fine. */
  readonly fineAt?: readonly string[]
  /** Other code that is fine in the same place. */
  readonly fine?: string
}

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n')
const functionOf = (count: number) =>
  `export function work(): void {\n${lines(count, '  run()')}\n}\ndeclare function run(): void\n`
const nested = 'for (const a of b) { if (a) { while (c) { if (d) { e() } } } }'
const twisted = `declare const [b, c, d]: any[]\ndeclare function e(): void\nexport function twist() { ${nested} ${nested} }\n`

/** What a page may do only in the few files that speak with our own API. */
const outwardGlobals = [
  "await fetch('https://b')",
  "new WebSocket('wss://b')",
  "new EventSource('https://b')",
  'new XMLHttpRequest()',
]

/** Ways to a socket that lead round lib/net. */
const outwardImports = [
  "import it from 'node:net'",
  "import * as it from 'node:net'",
  "import { Socket as it } from 'node:net'",
  "import { createConnection as it } from 'node:net'",
  "const it = await import('node:net')",
  "import * as it from 'node:http'",
  "import it from 'node:http'",
  "import { get as it } from 'node:http'",
  "import { Agent as it } from 'node:http'",
  "import { request as it } from 'node:https'",
  "import * as it from 'node:https'",
  "const it = await import('node:https')",
]

/** The rules the conventions name, each with code that must be refused. */
export const lintCases: readonly LintCase[] = [
  { rule: 'suspicious/noExplicitAny', at: 'lib/etcd/*.ts', code: 'export const a: any = 1\n' },
  { rule: 'style/noNonNullAssertion', at: 'lib/*.ts', code: 'export const a = (b?: string) => b!.length\n' },
  { rule: 'suspicious/noConsole', at: 'scripts/*.ts', code: 'console.log(1)\n' },
  { rule: 'style/noEnum', at: 'lib/*.ts', code: 'export enum Colour { Red = 1 }\n' },
  { rule: 'style/noNamespace', at: 'lib/*.ts', code: 'export namespace A { export const b = 1 }\n' },
  {
    rule: 'style/noParameterProperties',
    at: 'lib/*.ts',
    code: 'export class A { constructor(private readonly b: string) {} }\n',
  },
  {
    rule: 'style/noDefaultExport',
    at: 'app/_components/ui/panel.tsx',
    code: 'export default function Panel() { return null }\n',
    fineAt: [
      'app/(console)/page.tsx',
      'app/layout.tsx',
      'app/error.tsx',
      'app/not-found.tsx',
      'app/loading.tsx',
      'app/global-error.tsx',
      'app/template.tsx',
      'next.config.js',
      'vitest.config.ts',
    ],
  },
  { rule: 'performance/noBarrelFile', at: 'lib/net/index.ts', code: "export { a } from './a.ts'\n" },
  { rule: 'performance/noReExportAll', at: 'lib/etcd/index.ts', code: "export * from './a.ts'\n" },
  {
    rule: 'nursery/noFloatingPromises',
    at: 'lib/*.ts',
    code: 'async function a(): Promise<number> { return await Promise.resolve(1) }\na()\n',
    fine: 'async function a(): Promise<number> { return await Promise.resolve(1) }\nawait a()\n',
  },
  {
    rule: 'nursery/noFloatingPromises',
    at: 'lib/*.ts',
    code: "import { later } from './present.ts'\nlater()\n",
    fine: "import { later } from './present.ts'\nawait later()\n",
  },
  {
    rule: 'nursery/noMisusedPromises',
    at: 'workers/*.ts',
    code: 'async function a(): Promise<boolean> { return await Promise.resolve(true) }\nif (a()) throw new Error("x")\n',
  },
  {
    rule: 'style/useFilenamingConvention',
    at: 'lib/backups/takeBackup.ts',
    code: 'export const a = 1\n',
    fineAt: [
      'lib/backups/take-backup.ts',
      'app/(console)/clusters/[clusterId]/_components/member-table.tsx',
      'app/api/auth/[...nextauth]/route.ts',
      'lib/backups/take-backup.test.ts',
    ],
  },
  {
    rule: 'style/noJsxLiterals',
    at: 'app/*.tsx',
    code: 'export function Page() { return <p>Clusters</p> }\n',
    fine: "export function Page({ t }: { t: (key: string) => string }) { return <p className='a'>{t('clusters')}</p> }\n",
  },
  {
    rule: 'style/noExcessiveLinesPerFile',
    at: 'lib/net/*.ts',
    code: lines(301, 'run()'),
    fine: lines(300, 'run()'),
    fineAt: ['tests/integration/*.test.ts'],
  },
  {
    rule: 'style/noExcessiveLinesPerFile',
    at: 'app/_components/ui/*.tsx',
    code: lines(301, 'run()'),
    fine: lines(300, 'run()'),
  },
  {
    rule: 'complexity/noExcessiveLinesPerFunction',
    at: 'workers/*.ts',
    code: functionOf(61),
    fine: functionOf(58),
    fineAt: ['workers/*.tsx', 'workers/*.test.ts'],
  },
  {
    rule: 'complexity/noExcessiveLinesPerFunction',
    at: 'app/*.tsx',
    code: functionOf(121),
    fine: functionOf(118),
  },
  { rule: 'complexity/noExcessiveCognitiveComplexity', at: 'lib/net/*.ts', code: twisted },
  {
    rule: 'complexity/useMaxParams',
    at: 'lib/*.ts',
    code: 'export const a = (b: 1, c: 1, d: 1, e: 1) => b + c + d + e\n',
    fine: 'export const a = (b: 1, c: 1, d: 1) => b + c + d\n',
  },
  {
    rule: 'style/noProcessEnv',
    at: 'lib/queue/*.ts',
    code: 'export const url = process.env.REDIS_URL\n',
    fineAt: ['lib/config.ts', 'scripts/*.ts', 'tests/support/*.ts', 'prisma.config.ts'],
  },
  {
    rule: 'style/noRestrictedImports',
    at: 'lib/queue/*.ts',
    code: "import { env } from 'node:process'\nexport const url = env\n",
  },
  {
    rule: 'style/noRestrictedImports',
    at: 'lib/services/*.ts',
    code: "import { request } from 'node:http'\nexport const a = request\n",
    fineAt: ['lib/net/*.ts', 'scripts/*.ts', 'tests/support/*.ts'],
    fine: "import { createServer } from 'node:http'\nexport const a = createServer\n",
  },
  {
    rule: 'style/noRestrictedImports',
    at: 'lib/tenancy/*.ts',
    code: "import { connect } from 'node:net'\nexport const a = connect\n",
    fineAt: ['lib/net/*.ts', 'scripts/*.ts'],
    fine: "import { isIP } from 'node:net'\nexport const a = isIP\n",
  },
  {
    rule: 'style/noRestrictedImports',
    at: 'workers/*.ts',
    code: "import https from 'node:https'\nexport const a = https\n",
    fineAt: ['lib/net/*.ts'],
  },
  {
    rule: 'style/noRestrictedGlobals',
    at: 'lib/services/*.ts',
    code: "export const a = await fetch('https://example.com')\n",
    fineAt: ['lib/net/*.ts', 'scripts/*.ts', 'tests/support/*.ts'],
  },
  ...outwardGlobals.map((use) => ({
    rule: 'style/noRestrictedGlobals',
    at: 'app/_components/*.ts',
    code: `export const a = ${use}\n`,
  })),
  ...outwardImports.map((statement) => ({
    rule: 'style/noRestrictedImports',
    at: 'lib/etcd/*.ts',
    code: `${statement}\nexport const a = it\n`,
    fineAt: ['lib/net/*.ts'],
  })),
  { rule: 'style/noRestrictedGlobals', at: 'workers/*.ts', code: "export const a = new WebSocket('wss://b')\n" },
  {
    rule: 'suspicious/noSkippedTests',
    at: 'lib/*.test.ts',
    code: "import { test } from 'vitest'\ntest.skip('a', () => {})\n",
  },
  {
    rule: 'suspicious/noFocusedTests',
    at: 'tests/e2e/*.test.ts',
    code: "import { test } from 'vitest'\ntest.only('a', () => {})\n",
  },
  { rule: 'suspicious/noTsIgnore', at: 'lib/*.ts', code: '// @ts-ignore\nexport const a: string = 1\n' },
  {
    rule: 'correctness/useImportExtensions',
    at: 'lib/*.ts',
    code: "import { b } from './present'\nexport const a = b\n",
    fine: "import { b } from './present.ts'\nexport const a = b\n",
  },
  {
    rule: 'correctness/useJsonImportAttributes',
    at: 'lib/*.ts',
    code: "import b from './present.json'\nexport const a = b\n",
    fine: "import b from './present.json' with { type: 'json' }\nexport const a = b\n",
  },
  {
    rule: 'correctness/noUndeclaredDependencies',
    at: 'lib/*.ts',
    code: "import pad from 'left-pad'\nexport const a = pad\n",
  },
  {
    rule: 'correctness/noUndeclaredDependencies',
    at: 'lib/*.ts',
    code: "import { chromium } from 'playwright'\nexport const a = chromium\n",
    fineAt: ['tests/e2e/*.ts', 'lib/*.test.ts', 'scripts/*.ts'],
  },
  {
    rule: 'suspicious/noImportCycles',
    at: 'lib/loop.ts',
    code: "import { b } from './loop-back.ts'\nexport const a = () => b\n",
  },
  {
    rule: 'style/useImportType',
    at: 'lib/*.ts',
    code: "import { type Present, b } from './present.ts'\nexport const a = (c: Present) => [b, c]\n",
  },
  { rule: 'style/noCommonJs', at: 'scripts/*.ts', code: "export const a = require('node:fs')\n" },
  { rule: 'style/noNestedTernary', at: 'lib/*.ts', code: 'export const a = (b: number) => (b ? 1 : b > 2 ? 2 : 3)\n' },
  { rule: 'suspicious/noVar', at: 'lib/*.ts', code: 'var a = 1\nexport const b = a\n' },
  {
    rule: 'suspicious/noEmptyBlockStatements',
    at: 'lib/*.ts',
    code: 'try { run() } catch {}\ndeclare function run(): void\n',
  },
  { rule: 'correctness/noUnusedVariables', at: 'lib/*.ts', code: 'const a = 1\n' },
  { rule: 'a11y/useAltText', at: 'app/*.tsx', code: 'export const A = () => <img src="/a.png" />\n' },
  { rule: 'a11y/useButtonType', at: 'app/*.tsx', code: 'export const A = () => <button>{1}</button>\n' },
  {
    rule: 'a11y/useKeyWithClickEvents',
    at: 'app/*.tsx',
    code: 'export const A = ({ run }: { run: () => void }) => <div onClick={run} />\n',
  },
  {
    rule: 'security/noDangerouslySetInnerHtml',
    at: 'app/*.tsx',
    code: 'export const A = () => <p dangerouslySetInnerHTML={{ __html: "" }} />\n',
  },
]
