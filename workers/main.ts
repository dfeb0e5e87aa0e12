import { logFailure } from '#lib/log.ts'
import { handlers } from './handlers/index.ts'
import { runWorker } from './run-worker.ts'
import { streams } from './streams/stream.ts'

runWorker({ handlers, streams }).catch((error: unknown) => {
  logFailure(error, 'the worker cannot start')
  process.exit(1)
})
