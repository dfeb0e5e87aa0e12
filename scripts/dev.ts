import { runStack } from './app/run-stack.ts'
import { parseStackOptions } from './app/stack-options.ts'
import { refreshRoutes } from './generate-routes.ts'

const options = parseStackOptions({
  usage: 'npm run dev --',
  summary: 'The same as npm start, with pages rebuilt as their sources change.',
})

refreshRoutes()
await runStack({ mode: 'dev', ...options })
