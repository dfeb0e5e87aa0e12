import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form'
import { set } from 'react-hook-form'
import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { parseInput } from '#lib/parse-input.ts'

const faultsSchema = z.array(
  z.object({ path: z.string(), code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
)

/** One fault in what was typed; `code` is a key of the messages' namespace `validation`. */
export type Fault = z.infer<typeof faultsSchema>[number]

/** The faults the server would find in these values: the same parser, so that both sides always agree. */
export function faultsIn(schema: z.ZodType, values: unknown): Fault[] {
  try {
    parseInput(schema, values, 'body')
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return faultsSchema.parse(error.details.issues)
  }
}

/** Lets react-hook-form check with a contract; `tell` turns a fault into the sentence shown under its field. */
export function resolverOf<Input extends FieldValues, Output>(
  schema: z.ZodType<Output, Input>,
  tell: (fault: Fault) => string,
): Resolver<Input, unknown, Output> {
  return (values) => {
    const faults = faultsIn(schema, values)
    if (faults.length === 0) return { values: schema.parse(values), errors: {} }
    const errors: FieldErrors<Input> = {}
    for (const fault of faults.toReversed()) {
      set(errors, fault.path === '' ? 'root.form' : fault.path, { type: fault.code, message: tell(fault) })
    }
    return { values: {}, errors }
  }
}
