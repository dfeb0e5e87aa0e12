import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { processWide } from './process-wide.ts'

/** Web answers mostly take 1 ms to 1 s; past 10 s the caller has gone. */
const answerBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Jobs take milliseconds (a relay) to an hour (a large backup). */
const workBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600]
/** A transaction holds a pooled connection: a second is already long. */
const transactionBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

/**
 * What this process counts about itself. Units stand in the names, labels come from closed sets: a route's pattern, never its
 * address; never a tenant, a cluster or a key, of which there are any number.
 */
export const metrics = processWide('metrics', () => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    ...declareWebMetrics([registry]),
    ...declareWorkMetrics([registry]),
    ...declareCollectionMetrics([registry]),
  }
})

/** All metrics in the text form Prometheus scrapes, to be sent as `metricsContentType`. */
export function renderMetrics(): Promise<string> {
  return metrics.registry.metrics()
}

export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE

/** The doors of the web process. */
function declareWebMetrics(registers: Registry[]) {
  return {
    httpRequests: new Counter({
      name: 'kstone_http_requests_total',
      help: 'API requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    httpRequestDuration: new Histogram({
      name: 'kstone_http_request_duration_seconds',
      help: 'Time from the arrival of an API request to its answer',
      labelNames: ['route', 'method'],
      buckets: answerBuckets,
      registers,
    }),
    httpRateLimited: new Counter({
      name: 'kstone_http_rate_limited_total',
      help: 'API requests refused because their team or address asked too often',
      registers,
    }),
    sseStreams: new Gauge({
      name: 'kstone_sse_streams',
      help: 'Live page streams open now',
      registers,
    }),
    signIns: new Counter({
      name: 'kstone_sign_in_total',
      help: 'Sign-ins tried',
      labelNames: ['outcome'],
      registers,
    }),
    passwordHashesInProgress: new Gauge({
      name: 'kstone_password_hashes_in_progress',
      help: 'Password hashes being computed now',
      registers,
    }),
  }
}

/** Background work, and the database under both. */
function declareWorkMetrics(registers: Registry[]) {
  return {
    jobs: new Counter({
      name: 'kstone_jobs_total',
      help: 'Job attempts ended',
      labelNames: ['job', 'outcome'],
      registers,
    }),
    jobDuration: new Histogram({
      name: 'kstone_job_duration_seconds',
      help: 'Time one attempt of a job took',
      labelNames: ['job'],
      buckets: workBuckets,
      registers,
    }),
    jobsWaiting: new Gauge({
      name: 'kstone_jobs_waiting',
      help: 'Jobs that could run and have not started',
      labelNames: ['job'],
      registers,
    }),
    jobsOldestWaiting: new Gauge({
      name: 'kstone_jobs_oldest_waiting_seconds',
      help: 'Age of the oldest job that could run and has not started',
      labelNames: ['job'],
      registers,
    }),
    jobsInProgress: new Gauge({
      name: 'kstone_jobs_in_progress',
      help: 'Jobs this process is at right now',
      labelNames: ['queue'],
      registers,
    }),
    streamsHeld: new Gauge({
      name: 'kstone_worker_streams',
      help: 'Long-lived streams this process runs right now',
      labelNames: ['stream'],
      registers,
    }),
    sweepDuration: new Histogram({
      name: 'kstone_sweep_duration_seconds',
      help: 'Time one round of a sweep took',
      labelNames: ['sweep'],
      buckets: workBuckets,
      registers,
    }),
    databaseTransactionDuration: new Histogram({
      name: 'kstone_database_transaction_duration_seconds',
      help: 'Time from asking for a connection to commit or rollback',
      labelNames: ['door'],
      buckets: transactionBuckets,
      registers,
    }),
  }
}

/** The looks at clusters that come again and again. */
function declareCollectionMetrics(registers: Registry[]) {
  return {
    collections: new Counter({
      name: 'kstone_collections_total',
      help: 'Collections of clusters ended',
      labelNames: ['outcome'],
      registers,
    }),
    collectionDuration: new Histogram({
      name: 'kstone_collection_duration_seconds',
      help: 'Time a cluster was asked for, without its turn and without writing',
      labelNames: ['outcome'],
      buckets: workBuckets,
      registers,
    }),
    collectionSaveDuration: new Histogram({
      name: 'kstone_collection_save_duration_seconds',
      help: 'Time one batch of collections took to be judged and written',
      buckets: workBuckets,
      registers,
    }),
    shardsHeld: new Gauge({
      name: 'kstone_worker_shards',
      help: 'Shards of clusters this process collects right now',
      registers,
    }),
  }
}
