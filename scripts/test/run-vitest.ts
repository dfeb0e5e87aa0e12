import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { rootDir } from '#scripts/paths.ts'
import { endLeftovers } from '#scripts/process/run-record.ts'
import { runProgram } from './run-program.ts'
import type { Tally } from './tally.ts'

const report = z.object({ numPassedTests: z.number(), numFailedTests: z.number() })

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
    const { numPassedTests, numFailedTests } = report.parse(JSON.parse(readFileSync(file, 'utf8')))
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    return { passed: 0, failed: 1 }
  }
}
