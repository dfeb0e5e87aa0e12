import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseOptions } from './command/parse-options.ts'
import { runCommand } from './command/run-command.ts'
import { rootDir } from './paths.ts'
import { StepError } from './step-error.ts'
import { runProgram } from './test/run-program.ts'

const { positionals } = parseOptions({
  usage: 'npm run bench --',
  summary: 'Measures. Prints a table, and one line per figure: bench SUITE FIGURE VALUE UNIT.',
  options: {},
  positional: { name: 'SUITE', description: 'the name of a file in tests/bench; all of them when not given' },
})

await runCommand(async () => {
  const known = globSync('tests/bench/*.ts', { cwd: rootDir }).sort()
  const wanted = positionals.length === 0 ? known : known.filter((file) => positionals.includes(basename(file, '.ts')))
  if (wanted.length === 0) {
    const names = known.map((file) => basename(file, '.ts')).join(', ')
    throw new StepError('there is no such suite', { fix: names ? `name one of ${names}` : 'add one to tests/bench' })
  }
  for (const file of wanted) {
    if (!(await runProgram(join(rootDir, file), [])))
      throw new StepError(`${file} failed`, { fix: 'mend what it says above' })
  }
})
