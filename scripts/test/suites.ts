import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfStale } from '#scripts/app/build.ts'
import { rootDir } from '#scripts/paths.ts'
import { openOwnedRun } from '#scripts/process/owned-run.ts'
import { ensureEtcd } from '#scripts/servers/etcd-install.ts'
import { ensureRedisProgram } from '#scripts/servers/redis-install.ts'
import { printFailure } from '#scripts/steps.ts'
import { ensureChromium } from './chromium.ts'
import { runProgram } from './run-program.ts'
import { runVitest } from './run-vitest.ts'
import type { Tally } from './tally.ts'
import { add, nothing } from './tally.ts'

/** A named part of the proof. */
export type Suite = { name: string; run: () => Promise<Tally> }

/** Format and lint, types, unit and architecture tests; the latter also judge the boundaries and look for unused code. */
export const checkSuites: Suite[] = [
  { name: 'format and lint', run: checkFormat },
  { name: 'types', run: checkTypes },
  { name: 'unit and architecture', run: () => runVitest(['unit', 'architecture']) },
]

/** The build that the tests start, made before their time limits count. */
export const buildSuite: Suite = {
  name: 'build',
  run: async () => {
    using run = openOwnedRun('test-build')
    await buildIfStale(run.record)
    return { passed: 1, failed: 0 }
  },
}

export function vitestSuite(project: string, args: string[] = []): Suite {
  return { name: project, run: () => runVitest([project], args) }
}

/** What tests need of this machine that npm does not bring. */
export const requirementsSuite: Suite = {
  name: 'requirements',
  run: async () => {
    await ensureRedisProgram()
    await ensureChromium()
    await ensureEtcd()
    return { passed: 1, failed: 0 }
  },
}

/** Whether a folder of tests is there at all. */
export function hasTests(folder: string): boolean {
  return existsSync(join(rootDir, 'tests', folder))
}

/** Runs all of them, also after one has failed, and gives the sum. */
export async function runSuites(suites: Suite[]): Promise<Tally> {
  let sum = nothing
  const lines: string[] = []
  for (const suite of suites) {
    process.stdout.write(`\n── ${suite.name}\n`)
    const startedAt = performance.now()
    const tally = await runSuite(suite)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    lines.push(
      `${tally.failed === 0 ? '✓' : '✗'} ${suite.name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds} s`,
    )
    sum = add(sum, tally)
  }
  const failures = (sum.failures ?? []).map((failure) => `  ✗ ${failure}`)
  process.stdout.write(`\n${[...lines, ...failures].join('\n')}\n`)
  return sum
}

async function runSuite(suite: Suite): Promise<Tally> {
  try {
    return await suite.run()
  } catch (error) {
    printFailure(error)
    return { passed: 0, failed: 1 }
  }
}

// Biome colours every letter of what it quotes, also where nobody sees colours.
const colours = process.stdout.isTTY ? [] : ['--colors=off']

async function checkFormat(): Promise<Tally> {
  return yesOrNo(
    await runProgram(join(rootDir, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), ['ci', '.', ...colours]),
  )
}

/** Next writes the types of pages and routes itself; a fresh clone has none. */
async function checkTypes(): Promise<Tally> {
  const next = join(rootDir, 'node_modules', 'next', 'dist', 'bin', 'next')
  const tsc = join(rootDir, 'node_modules', 'typescript', 'bin', 'tsc')
  const isGood = (await runProgram(next, ['typegen'])) && (await runProgram(tsc, ['--noEmit', '-p', '.']))
  return yesOrNo(isGood)
}

function yesOrNo(isGood: boolean): Tally {
  return isGood ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}
