import { z } from 'zod'
import type { AccessTexts } from '#app/(console)/clusters/_components/access/access-texts.ts'
import {
  accessBody,
  accessTexts,
  noAccess,
  readLabels,
} from '#app/(console)/clusters/_components/access/access-texts.ts'
import { textForm } from '#app/(console)/clusters/_components/access/text-form.ts'
import type { ImportCluster } from '#lib/contracts/clusters.ts'
import { importClusterBody } from '#lib/contracts/clusters.ts'

const importTexts = accessTexts.extend({
  name: z.string(),
  description: z.string(),
  labels: z.string(),
  isProtected: z.boolean(),
  acceptFailing: z.boolean(),
})
export type ImportTexts = z.infer<typeof importTexts>

export const nothingTyped: ImportTexts = {
  ...noAccess,
  name: '',
  description: '',
  labels: '',
  isProtected: false,
  acceptFailing: false,
}

/** What is typed on the import page, as the body of the import. */
export const importForm = textForm<ImportTexts, ImportCluster>({
  texts: importTexts,
  bodyOf: ({ name, description, labels, isProtected, acceptFailing, ...access }) => ({
    ...accessBody(access),
    name,
    description,
    labels: readLabels(labels),
    isProtected,
    acceptFailing,
  }),
  contract: importClusterBody,
})

/** The part of an import that says how the cluster is reached: what a look needs. */
export function accessOf({ network, endpoints, tls, reader, root, addressMap }: ImportCluster) {
  return { network, endpoints, tls, addressMap, ...(reader ? { reader } : {}), ...(root ? { root } : {}) }
}

/** The same of what is typed, to compare: two looks with the same mark see the same. */
export function markOf({ network, endpoints, tls, reader, root, addressMap }: AccessTexts): string {
  return JSON.stringify([network, endpoints, tls, reader, root, addressMap])
}
