import { runTestCommand } from './test/run-test-command.ts'
import { buildSuite, requirementsSuite, vitestSuite } from './test/suites.ts'

// What stands behind `--` goes to vitest: a file, or -t NAME.
await runTestCommand([requirementsSuite, buildSuite, vitestSuite('long', process.argv.slice(2))])
