import { z } from 'zod'

const labelsMax = 32
const labelKey = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9_./-]{0,61}[A-Za-z0-9])?$/, { error: 'label-key-malformed' })
const labelValue = z
  .string()
  .regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, { error: 'label-value-malformed' })

/** As in Kubernetes: short words that group clusters, `env=prod`. */
export const labels = z
  .record(labelKey, labelValue)
  .refine((all) => Object.keys(all).length <= labelsMax, { error: 'labels-too-many' })
export type Labels = z.infer<typeof labels>

/** `env=prod`, or `env` for any value. */
export const labelFilter = z
  .string()
  .regex(/^[^=\s,]+(=[^=\s,]*)?$/, { error: 'label-filter-malformed' })
  .max(130)
