import { config } from './config.ts'

/**
 * Where a process may end in the middle of its work, from asking for a job to its end. The long suite ends processes at each
 * of them and counts what was lost or done twice: a new point is a name here, a call, and by that a test.
 */
export const faultPoints = [
  'before-outbox-insert',
  'after-outbox-insert',
  'before-work-notify',
  'before-relay-claim',
  'after-relay-claim',
  'after-relay-publish',
  'after-relay-settle',
  'before-job-claim',
  'after-job-claim',
  'half-way',
  'before-job-settle',
  'after-job-settle',
  'before-event-notify',
] as const

export type FaultPoint = (typeof faultPoints)[number]

/** Ends this process at once, without a word, if a test has asked for it here (`KSTONE_FAULT`); else nothing. */
export function faultPoint(name: FaultPoint): void {
  if (config().faultPoint === name) process.kill(process.pid, 'SIGKILL')
}
