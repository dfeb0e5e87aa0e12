import { runTestCommand } from './test/run-test-command.ts'
import { buildSuite, checkSuites, hasTests, requirementsSuite, vitestSuite } from './test/suites.ts'

const levels = ['contract', 'integration', 'e2e'].filter(hasTests).map((level) => vitestSuite(level))

await runTestCommand([requirementsSuite, ...checkSuites, buildSuite, ...levels])
