import { tailOf } from './process/child.ts'
import { messageOf, StepError } from './step-error.ts'

// Where lines cannot be rewritten, a step is announced only when it takes this long.
const announceAfterMs = 3000

/** Runs one named piece of work and shows it with its time; `work` gives what is worth saying about the result. */
export async function runStep(name: string, work: () => Promise<string | undefined>): Promise<void> {
  const startedAt = performance.now()
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`
  const clear = announce(name)
  try {
    const detail = await work()
    clear()
    print(`  ✓ ${name}${detail ? `: ${detail}` : ''} (${seconds()})`)
  } catch (error) {
    clear()
    throw new FailedStep(name, seconds(), error)
  }
}

/** Says what is going on now; gives what takes that back. */
function announce(name: string): () => void {
  if (process.stdout.isTTY) {
    process.stdout.write(`  · ${name}`)
    return () => process.stdout.write('\r\u001b[2K')
  }
  const timer = setTimeout(() => print(`  · ${name} …`), announceAfterMs)
  return () => clearTimeout(timer)
}

/** A step that did not succeed, with the name a person saw. */
export class FailedStep extends Error {
  readonly step: string
  readonly duration: string

  constructor(step: string, duration: string, cause: unknown) {
    super(messageOf(cause), { cause })
    this.name = 'FailedStep'
    this.step = step
    this.duration = duration
  }
}

/** Shows what failed, why, and how to mend it; with the end of the log where there is one. */
export function printFailure(error: unknown): void {
  const cause = error instanceof FailedStep ? error.cause : error
  const lines = [error instanceof FailedStep ? `  ✗ ${error.step} (${error.duration})` : '  ✗ Failed']
  lines.push(`    cause: ${messageOf(cause)}`)
  if (cause instanceof StepError) {
    lines.push(`    fix:   ${cause.fix}`)
    if (cause.logFile) lines.push(`    log:   ${cause.logFile} ends with`, indent(tailOf(cause.logFile)))
  } else if (cause instanceof Error && cause.stack) {
    lines.push(indent(cause.stack))
  }
  process.stderr.write(`${lines.join('\n')}\n`)
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `      | ${line}`)
    .join('\n')
}
