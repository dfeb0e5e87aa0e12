import { runStack } from './app/run-stack.ts'
import { parseOptions } from './command/parse-options.ts'
import { refreshRoutes } from './generate-routes.ts'

const options = parseOptions({
  usage: 'npm run dev --',
  summary: 'The same as npm start, with pages rebuilt as their sources change.',
  options: { 'no-demo': { description: 'make no demo team' } },
})

refreshRoutes()
await runStack({ mode: 'dev', withDemo: !options.isOn('no-demo') })
