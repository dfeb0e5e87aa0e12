import { z } from 'zod'
import type { ApiForm } from '#app/_components/ui/form.tsx'
import {
  accessTexts,
  noTls,
  readAddressMap,
  readEndpoints,
  writeAddressMap,
} from '#app/(console)/clusters/_components/access/access-texts.ts'
import { textForm } from '#app/(console)/clusters/_components/access/text-form.ts'
import type { ClusterDetailView, UpdateCluster } from '#lib/contracts/clusters.ts'
import { updateClusterBody } from '#lib/contracts/clusters.ts'

const way = { network: true, endpoints: true, tls: true, addressMap: true, reader: true, root: true } as const
const wayTexts = accessTexts.pick(way).extend({
  dropCa: z.boolean(),
  dropClient: z.boolean(),
  acceptFailing: z.boolean(),
  acceptAnother: z.boolean(),
})
export type WayTexts = z.infer<typeof wayTexts>
export type WayForm = ApiForm<WayTexts, UpdateCluster>

/** Certificates, keys and passwords are never sent out again, so their fields begin empty. */
export function wayTextsOf({ network, endpoints, tls, addressMap, reader, root }: ClusterDetailView): WayTexts {
  return {
    network,
    endpoints: endpoints.join('\n'),
    tls: { ...noTls, serverName: tls.serverName ?? '' },
    addressMap: writeAddressMap(addressMap),
    reader: { username: reader?.username ?? '', password: '' },
    root: { username: root?.username ?? '', password: '' },
    dropCa: false,
    dropClient: false,
    acceptFailing: false,
    acceptAnother: false,
  }
}

/** Sends what differs from `stored`: what is left empty or as it was stays, what is to be dropped is null. */
export function wayFormFrom(stored: WayTexts): z.ZodType<UpdateCluster, WayTexts> {
  return textForm<WayTexts, UpdateCluster>({
    texts: wayTexts,
    bodyOf: (typed) => {
      const tls = changedTls(typed, stored)
      return {
        ...(typed.network === stored.network ? {} : { network: typed.network }),
        ...(typed.endpoints === stored.endpoints ? {} : { endpoints: readEndpoints(typed.endpoints) }),
        ...(Object.keys(tls).length === 0 ? {} : { tls }),
        ...(typed.addressMap === stored.addressMap ? {} : { addressMap: readAddressMap(typed.addressMap) }),
        ...(typed.reader.password === '' ? {} : { reader: typed.reader }),
        ...(typed.root.password === '' ? {} : { root: typed.root }),
        acceptFailing: typed.acceptFailing,
        acceptAnother: typed.acceptAnother,
      }
    },
    contract: updateClusterBody,
  })
}

function changedTls({ tls, dropCa, dropClient }: WayTexts, stored: WayTexts): Record<string, string | null> {
  const isSameName = tls.serverName.trim() === stored.tls.serverName
  return {
    ...material('caPem', tls.caPem, dropCa),
    ...material('clientCertPem', tls.clientCertPem, dropClient),
    ...material('clientKeyPem', tls.clientKeyPem, dropClient),
    ...(isSameName ? {} : { serverName: tls.serverName.trim() === '' ? null : tls.serverName }),
  }
}

function material(name: string, text: string, isDropped: boolean): Record<string, string | null> {
  if (text.trim() !== '') return { [name]: text }
  return isDropped ? { [name]: null } : {}
}
