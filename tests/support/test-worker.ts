import { logFailure } from '#lib/log.ts'
import { handlers } from '#workers/handlers/index.ts'
import { runWorker } from '#workers/run-worker.ts'
import { streams } from '#workers/streams/stream.ts'
import { addTestKinds, testHandlers, testStreams } from './test-kinds.ts'

// The shipped engine, which knows a few kinds more: what they do can be counted from outside.
addTestKinds()
runWorker({ handlers: { ...handlers, ...testHandlers }, streams: { ...streams, ...testStreams } }).catch(
  (error: unknown) => {
    logFailure(error, 'the worker cannot start')
    process.exit(1)
  },
)
