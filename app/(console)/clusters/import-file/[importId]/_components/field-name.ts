import type { ImportFormat } from '#lib/contracts/cluster-imports.ts'

const namesByFormat: Record<ImportFormat, Record<string, string>> = {
  yaml: {},
  csv: {
    isProtected: 'protected',
    addressMap: 'address_map',
    'tls.caPem': 'ca',
    'tls.clientCertPem': 'client_cert',
    'tls.clientKeyPem': 'client_key',
    'tls.serverName': 'server_name',
    'reader.username': 'reader_username',
    'reader.password': 'reader_password',
    'root.username': 'root_username',
    'root.password': 'root_password',
  },
  env: {
    endpoints: 'ETCDCTL_ENDPOINTS',
    'tls.caPem': 'ETCDCTL_CACERT',
    'tls.clientCertPem': 'ETCDCTL_CERT',
    'tls.clientKeyPem': 'ETCDCTL_KEY',
    'reader.username': 'ETCDCTL_USER',
    'reader.password': 'ETCDCTL_PASSWORD',
  },
}

/** In one cell or setting of these stand several values. */
const lists = /^(endpoints|labels|addressMap)\..+$/

/** What a list of that kind calls a field of the API. */
export function fieldName(format: ImportFormat, path: string): string {
  const whole = format === 'yaml' ? path : path.replace(lists, '$1')
  return namesByFormat[format][whole] ?? whole
}
