import { runTestCommand } from './test/run-test-command.ts'
import { buildSuite, requirementsSuite, vitestSuite } from './test/suites.ts'

// What stands behind `--` goes to vitest: a file, or -t NAME.
const args = process.argv.slice(2)
const projects = { long: 'tests/long/', 'long-waiting': 'tests/long/waiting/', 'long-e2e': 'tests/long/e2e/' }
// One project after the other: two at once would be two sets of servers on one machine.
const asked = Object.entries(projects).filter(([, folder]) => args.every((arg) => isIn(folder, arg)))
await runTestCommand([requirementsSuite, buildSuite, ...asked.map(([project]) => vitestSuite(project, args))])

/** Whether the file an argument names is one of the folder's own; what names no file hinders nothing. */
function isIn(folder: string, arg: string): boolean {
  const at = arg.indexOf('tests/long/')
  return at < 0 || arg.slice(at, arg.lastIndexOf('/') + 1) === folder
}
