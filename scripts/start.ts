import { runStack } from './app/run-stack.ts'
import { parseOptions } from './command/parse-options.ts'

const options = parseOptions({
  usage: 'npm start --',
  summary: 'Brings up everything the product needs, and the product, until Ctrl-C. PORT=0 takes any free port.',
  options: { 'no-demo': { description: 'make no demo team' } },
})

await runStack({ mode: 'start', withDemo: !options.isOn('no-demo') })
