import { onStopRequest } from '#scripts/process/stop-signals.ts'
import { stopPrograms } from './run-program.ts'
import type { Suite } from './suites.ts'
import { runSuites } from './suites.ts'
import { closingLine } from './tally.ts'

/** Runs the suites, closes with `N passed, N failed`, and ends the process: with 1 when anything failed. */
export async function runTestCommand(suites: Suite[]): Promise<never> {
  // A stopped suite counts as failed and the rest is not begun.
  onStopRequest(
    () => {
      stopPrograms()
      setTimeout(() => process.exit(1), 2000)
    },
    () => process.exit(1),
  )
  const sum = await runSuites(suites)
  process.stdout.write(`\n${closingLine(sum)}\n`)
  process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1)
}
