import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'
import { rootDir } from '#scripts/paths.ts'
import { endLeftovers } from '#scripts/process/run-record.ts'
import { runProgram } from './run-program.ts'
import type { Tally } from './tally.ts'

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) }),
      ),
    }),
  ),
})

/** Runs projects of vitest.config.ts; `args` go to vitest, such as a file or `-t name`. */
export async function runVitest(projects: string[], args: string[] = []): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'kstone-report-'))
  const reportFile = join(folder, 'report.json')
  try {
    const isGood = await runProgram(join(rootDir, 'node_modules', 'vitest', 'vitest.mjs'), [
      'run',
      ...projects.map((project) => `--project=${project}`),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...args,
    ])
    const tally = readReport(reportFile)
    // A file that does not load, or a server that does not start, fails no test: the run failed all the same.
    return isGood || tally.failed > 0 ? tally : { ...tally, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await endLeftovers()
  }
}

function readReport(file: string): Tally {
  try {
    const { numPassedTests, numFailedTests, testResults } = report.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { passed: numPassedTests, failed: numFailedTests, failures: testResults.flatMap(failuresOf) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

type FileReport = z.infer<typeof report>['testResults'][number]

function failuresOf({ name, status, message, assertionResults }: FileReport): string[] {
  const path = relative(rootDir, name)
  const failed = assertionResults.filter((test) => test.status === 'failed')
  // A file that does not load, or whose hook fails, has no failed test to its name.
  if (failed.length === 0) return status === 'failed' ? [`${path}: ${firstLine(message)}`] : []
  return failed.map(({ fullName, failureMessages }) => `${path} › ${fullName}: ${firstLine(failureMessages[0] ?? '')}`)
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).split('\n')[0]?.slice(0, 300) ?? ''
}
