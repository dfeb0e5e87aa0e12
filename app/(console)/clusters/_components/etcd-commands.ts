/** Commands somebody runs against their own etcd; the same in every language. */
export const readerCommands = `etcdctl role add kstone-reader
etcdctl role grant-permission --prefix=true kstone-reader read ''
etcdctl user add kstone-reader
etcdctl user grant-role kstone-reader kstone-reader`

export const rootCommands = `etcdctl user add kstone-root
etcdctl user grant-role kstone-root root`

export const checkCommands = `export ETCDCTL_CACERT=ca.pem
export ETCDCTL_ENDPOINTS=https://etcd-1.example.com:2379
etcdctl --user kstone-reader endpoint health
etcdctl --user kstone-reader get '' --prefix --limit=1`

/** Calls for the address this server goes by. */
export function importCommand(publicUrl: string): string {
  return `jq -n --rawfile ca ca.pem '{
  name: "orders-prod",
  endpoints: ["https://etcd-1.example.com:2379"],
  tls: { caPem: $ca },
  reader: { username: "kstone-reader", password: env.READER_PASSWORD }
}' | curl -X POST ${publicUrl}/api/v1/clusters \\
  -H "Authorization: Bearer $KSTONE_API_KEY" \\
  -H "Content-Type: application/json" --data @-`
}

export function listCommand(publicUrl: string): string {
  return `curl -H "Authorization: Bearer $KSTONE_API_KEY" ${publicUrl}/api/v1/clusters`
}
