/** What fields of a cluster can hold, shown while they are empty; the same in every language. */
export const typedExamples = {
  name: 'orders-prod',
  labels: 'env=prod region=eu',
  endpoint: 'https://etcd-0.example.com:2379',
  addressPair: '10.0.0.11:2379 → 203.0.113.7:12379',
  pem: '-----BEGIN …',
} as const
