import { runTestCommand } from './test/run-test-command.ts'
import { runVitest } from './test/run-vitest.ts'
import { buildSuite, requirementsSuite } from './test/suites.ts'

// What stands behind `--` goes to vitest: a file, or -t NAME.
const longSuite = { name: 'long', run: () => runVitest(['long', 'long-e2e'], process.argv.slice(2)) }
await runTestCommand([requirementsSuite, buildSuite, longSuite])
