import { z } from 'zod'

const evidenceValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])

/** The facts a finding's sentences are filled in with; never a secret. */
export const evidence = z.record(z.string(), evidenceValue)
export type Evidence = z.infer<typeof evidence>

/** Evidence that findings stored before it was told of lack. */
const untold = { hasRoot: 'false', demandsCertificate: 'false' }

/** Evidence as what the sentences of a finding are filled in with: lists become one text. */
export function evidenceValues(given: Evidence): Record<string, string | number> {
  const text = (value: Evidence[string]) => (Array.isArray(value) ? value.join(', ') : value)
  const values = Object.entries(given).map(([name, value]) => {
    const shown = text(value)
    return [name, typeof shown === 'boolean' ? String(shown) : shown] as const
  })
  return { ...untold, ...Object.fromEntries(values) }
}
