import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

/** Listens, and from then on never takes a connection: the kernel queues the first few and drops the packets of all others. */
const server = createServer().listen({ host: String(workerData), port: 0, backlog: 1 }, () => {
  parentPort?.postMessage((server.address() as AddressInfo).port)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
