import { z } from 'zod'
import { textForm } from '#app/(console)/clusters/_components/access/text-form.ts'
import type { CreateTarget, TargetView, UpdateTarget } from '#lib/contracts/storage-targets.ts'
import { createTargetBody, targetKinds, updateTargetBody } from '#lib/contracts/storage-targets.ts'

const targetTexts = z.object({
  kind: z.enum(targetKinds),
  name: z.string(),
  isEncrypted: z.boolean(),
  settings: z.object({
    endpoint: z.string(),
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    pathStyle: z.boolean(),
    accessKeyId: z.string(),
    caPem: z.string(),
  }),
  secretAccessKey: z.string(),
})

/** What stands in the fields of a place for backups, one kind of form for new ones and for changes. */
export type TargetTexts = z.infer<typeof targetTexts>

export const nothingTyped: TargetTexts = {
  kind: 's3',
  name: '',
  isEncrypted: false,
  settings: {
    endpoint: '',
    region: 'us-east-1',
    bucket: '',
    prefix: '',
    pathStyle: false,
    accessKeyId: '',
    caPem: '',
  },
  secretAccessKey: '',
}

/** What is typed for a new place, as the body of the request; a directory has none of a bucket's fields. */
export const newTargetForm = textForm<TargetTexts, CreateTarget>({
  texts: targetTexts,
  bodyOf: ({ kind, name, isEncrypted, settings, secretAccessKey }) =>
    kind === 'directory'
      ? { kind, name, isEncrypted }
      : { kind, name, isEncrypted, settings: withoutEmpty(settings), secretAccessKey },
  contract: createTargetBody,
})

const needed = ['bucket', 'accessKeyId']

function withoutEmpty(settings: TargetTexts['settings']): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => needed.includes(name) || typeof value === 'boolean' || value.trim() !== '',
    ),
  )
}

/** A stored place as it stands in the fields; its secret is nowhere. */
export function textsOf({ kind, name, isEncrypted, settings }: TargetView): TargetTexts {
  const { endpoint = '', caPem = '', ...known } = settings ?? nothingTyped.settings
  return { kind, name, isEncrypted, settings: { ...known, endpoint, caPem }, secretAccessKey: '' }
}

/** What is typed for a place that is there, as the body of the change: only what differs. */
export function changedTargetForm(target: TargetView) {
  const before = textsOf(target)
  return textForm<TargetTexts, UpdateTarget>({
    texts: targetTexts,
    bodyOf: ({ name, isEncrypted, settings, secretAccessKey }) => {
      const reach = reachChange(before.settings, settings)
      return {
        ...(name.trim() === before.name ? {} : { name }),
        ...(isEncrypted === before.isEncrypted ? {} : { isEncrypted }),
        ...(Object.keys(reach).length === 0 ? {} : { settings: reach }),
        ...(secretAccessKey === '' ? {} : { secretAccessKey }),
      }
    },
    contract: updateTargetBody,
  })
}

const changeable = ['endpoint', 'region', 'pathStyle', 'accessKeyId', 'caPem'] as const
const canBeTakenAway = ['endpoint', 'caPem']

function reachChange(before: TargetTexts['settings'], after: TargetTexts['settings']) {
  return Object.fromEntries(
    changeable.flatMap((name) => {
      const typed = after[name]
      const value = typeof typed === 'string' ? typed.trim() : typed
      if (value === before[name]) return []
      return [[name, value === '' && canBeTakenAway.includes(name) ? null : value]]
    }),
  )
}
