import type { ImportFormat } from '#lib/contracts/cluster-imports.ts'

/** One list in each format, with every kind of field; the product reads them as they stand. */
export const exampleLists: readonly { format: ImportFormat; fileName: string; text: string }[] = [
  {
    format: 'yaml',
    fileName: 'clusters.yaml',
    text: `clusters:
  - name: payments
    labels: { env: prod, region: eu }
    endpoints:
      - https://10.20.0.1:2379
      - https://10.20.0.2:2379
    tls:
      caFile: pki/ca.pem
    reader: { username: kstone-reader, password: from-your-vault }
  - name: search
    endpoints: [https://203.0.113.7:12379]
    tls:
      caFile: pki/ca.pem
      clientCertFile: pki/client.pem
      clientKeyFile: pki/client.key
    addressMap:
      10.0.0.1:2379: 203.0.113.7:12379
`,
  },
  {
    format: 'csv',
    fileName: 'clusters.csv',
    text: `name,endpoints,labels,ca,reader_username,reader_password,protected
payments,https://10.20.0.1:2379 https://10.20.0.2:2379,env=prod;region=eu,pki/ca.pem,kstone-reader,from-your-vault,yes
search,http://10.20.1.1:2379,env=test,,,,no
`,
  },
  {
    format: 'env',
    fileName: 'clusters.env',
    text: `# name: payments
ETCDCTL_ENDPOINTS=https://10.20.0.1:2379,https://10.20.0.2:2379
ETCDCTL_CACERT=/etc/etcd/pki/ca.pem
ETCDCTL_USER=kstone-reader:from-your-vault

# name: kubernetes
--etcd-servers=https://10.20.1.1:2379
--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt
--etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt
--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key
`,
  },
]
