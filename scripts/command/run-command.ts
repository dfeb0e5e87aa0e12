import { printFailure } from '#scripts/steps.ts'

/** Runs the work of a command and ends the process: with 1 and the cause shown when it throws. */
export async function runCommand(work: () => Promise<void>): Promise<never> {
  try {
    await work()
    process.exit(0)
  } catch (error) {
    printFailure(error)
    process.exit(1)
  }
}
