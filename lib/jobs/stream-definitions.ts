import type { z } from 'zod'
import { processWide } from '#lib/process-wide.ts'

/** One kind of long-lived work: a watch that goes on as long as its row stands, in exactly one worker. */
export interface StreamDefinition {
  /** Ids and settings, never a secret. */
  payload: z.ZodType
}

/** Every kind of stream. Its handler stands in `workers/streams`; the compiler asks for it. */
export const streamDefinitions = {} as const satisfies Record<string, StreamDefinition>

export type StreamName = keyof typeof streamDefinitions

const kinds = processWide('stream-kinds', () => new Map<string, StreamDefinition>(Object.entries(streamDefinitions)))

/** @throws Error for a kind this process does not know */
export function getStreamKind(kind: string): StreamDefinition {
  const definition = kinds.get(kind)
  if (!definition) throw new Error(`${kind} is no kind of stream this build knows`)
  return definition
}

/** The kinds this process may take; those of other builds are left to their workers. */
export function knownStreamKinds(): string[] {
  return [...kinds.keys()]
}

/** Tells this process of one more kind. A process that runs it needs its handler too. */
export function addStreamKind(kind: string, definition: StreamDefinition): void {
  kinds.set(kind, definition)
}
