import { z } from 'zod'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import type { ClusterDetailView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { updateClusterBody } from '#lib/contracts/clusters.ts'
import {
  accessTexts,
  noTls,
  readAddressMap,
  readEndpoints,
  writeAddressMap,
} from '../../_components/access/access-texts.ts'
import { textForm } from '../../_components/access/text-form.ts'

const wayTexts = accessTexts.pick({ network: true, endpoints: true, tls: true, addressMap: true }).extend({
  dropCa: z.boolean(),
  dropClient: z.boolean(),
  acceptFailing: z.boolean(),
})
export type WayTexts = z.infer<typeof wayTexts>
export type WayForm = ApiForm<WayTexts, UpdateCluster>

/** Certificates and keys are never sent out again, so their fields begin empty. */
export function wayTextsOf({ network, endpoints, tls, addressMap }: ClusterDetailView): WayTexts {
  return {
    network,
    endpoints: endpoints.join('\n'),
    tls: { ...noTls, serverName: tls.serverName ?? '' },
    addressMap: writeAddressMap(addressMap),
    dropCa: false,
    dropClient: false,
    acceptFailing: false,
  }
}

/** What is left empty stays as it is; what is to be dropped is null. */
export const wayForm = textForm<WayTexts, UpdateCluster>({
  texts: wayTexts,
  bodyOf: ({ network, endpoints, tls, addressMap, dropCa, dropClient, acceptFailing }) => ({
    network,
    endpoints: readEndpoints(endpoints),
    tls: {
      ...material('caPem', tls.caPem, dropCa),
      ...material('clientCertPem', tls.clientCertPem, dropClient),
      ...material('clientKeyPem', tls.clientKeyPem, dropClient),
      serverName: tls.serverName.trim() === '' ? null : tls.serverName,
    },
    addressMap: readAddressMap(addressMap),
    acceptFailing,
  }),
  contract: updateClusterBody,
})

function material(name: string, text: string, isDropped: boolean): Record<string, string | null> {
  if (text.trim() !== '') return { [name]: text }
  return isDropped ? { [name]: null } : {}
}
