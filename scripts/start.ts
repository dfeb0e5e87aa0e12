import { runStack } from './app/run-stack.ts'
import { parseStackOptions } from './app/stack-options.ts'

const options = parseStackOptions({
  usage: 'npm start --',
  summary: 'Brings up everything the product needs, and the product, until Ctrl-C. PORT=0 takes any free port.',
})

await runStack({ mode: 'start', ...options })
