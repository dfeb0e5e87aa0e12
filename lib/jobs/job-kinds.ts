import { processWide } from '#lib/process-wide.ts'
import type { JobDefinition } from './job-definitions.ts'
import { jobDefinitions } from './job-definitions.ts'

/** What this process knows of the kinds: the table, and what it was told of at its start. */
const kinds = processWide('job-kinds', () => new Map<string, JobDefinition>(Object.entries(jobDefinitions)))

/** The definition of a kind; undefined for one that only other builds know, whose jobs are left to their workers. */
export function findKind(kind: string): JobDefinition | undefined {
  return kinds.get(kind)
}

/** @throws Error for a kind this process does not know */
export function getKind(kind: string): JobDefinition {
  const definition = kinds.get(kind)
  if (!definition) throw new Error(`${kind} is no kind of job this build knows`)
  return definition
}

export function knownKinds(): string[] {
  return [...kinds.keys()]
}

/** Tells this process of one more kind. A process that runs it needs its handler too. */
export function addKind(kind: string, definition: JobDefinition): void {
  kinds.set(kind, definition)
}
