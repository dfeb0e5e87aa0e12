import { runTestCommand } from './test/run-test-command.ts'
import { checkSuites } from './test/suites.ts'

await runTestCommand(checkSuites)
