import { createHash } from 'node:crypto'
import type { DemoEntry } from './demo-entry.ts'
import { wireInteger, wireMessage } from './wire-message.ts'

const namespaces = ['default', 'kube-system', 'payments', 'search', 'checkout', 'observability'] as const
const workloads = ['api', 'worker', 'cache', 'gateway', 'scheduler', 'indexer', 'mailer', 'ledger'] as const
const replicas = 20
const firstSeconds = 1_760_000_000

interface KubernetesObject {
  apiVersion: string
  kind: string
  /** Its folder below /registry. */
  folder: string
  namespace: string
  name: string
  labels?: Record<string, string>
}

/** What a Kubernetes of some size keeps: objects in its own binary form, custom resources as JSON. */
export function* kubernetesData(): Generator<DemoEntry> {
  for (const namespace of namespaces) {
    yield entryOf({ apiVersion: 'v1', kind: 'Namespace', folder: 'namespaces', namespace: '', name: namespace })
    for (const [index, workload] of workloads.entries()) yield* workloadData(namespace, workload, index)
  }
}

function* workloadData(namespace: string, workload: string, index: number): Generator<DemoEntry> {
  const labels = { app: workload, 'pod-template-hash': hashOf(index) }
  const name = `${workload}-${hashOf(index)}`
  const object = (apiVersion: string, kind: string, folder: string) => ({ apiVersion, kind, folder, namespace, labels })
  yield entryOf({ ...object('apps/v1', 'Deployment', 'deployments'), name: workload })
  yield entryOf({ ...object('apps/v1', 'ReplicaSet', 'replicasets'), name })
  yield entryOf({ ...object('v1', 'Service', 'services/specs'), name: workload })
  yield entryOf({ ...object('discovery.k8s.io/v1', 'EndpointSlice', 'endpointslices'), name: `${workload}-abcde` })
  yield entryOf({ ...object('coordination.k8s.io/v1', 'Lease', 'leases'), name: workload })
  for (const part of ['config', 'features', 'dashboards'])
    yield entryOf({ ...object('v1', 'ConfigMap', 'configmaps'), name: `${workload}-${part}` })
  yield entryOf({ ...object('v1', 'Secret', 'secrets'), name: `${workload}-credentials` })
  for (let pod = 0; pod < replicas; pod += 1)
    yield entryOf({ ...object('v1', 'Pod', 'pods'), name: `${name}-${hashOf(pod + 31)}` })
  yield certificateOf(namespace, workload)
}

/** `k8s`, a zero byte, and the object in an envelope that says what it is. */
function entryOf({ apiVersion, kind, folder, namespace, name, labels = {} }: KubernetesObject): DemoEntry {
  const place = [folder, namespace, name].filter((part) => part !== '').join('/')
  const metadata = wireMessage([
    [1, name],
    ...(namespace === '' ? [] : [[3, namespace] as const]),
    [5, uidOf(place)],
    [8, wireInteger(1, firstSeconds)],
    ...Object.entries(labels).map(
      ([key, value]) =>
        [
          11,
          wireMessage([
            [1, key],
            [2, value],
          ]),
        ] as const,
    ),
  ])
  const typeMeta = wireMessage([
    [1, apiVersion],
    [2, kind],
  ])
  const envelope = wireMessage([
    [1, typeMeta],
    [2, wireMessage([[1, metadata]])],
    [3, ''],
    [4, ''],
  ])
  return { key: `/registry/${place}`, value: Buffer.concat([Buffer.from('k8s\0'), envelope]) }
}

function certificateOf(namespace: string, name: string): DemoEntry {
  const object = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name, namespace, uid: uidOf(`certificates/${namespace}/${name}`), generation: 1 },
    spec: { secretName: `${name}-tls`, dnsNames: [`${name}.${namespace}.svc`], issuerRef: { name: 'internal-ca' } },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Ready' }] },
  }
  return {
    key: `/registry/cert-manager.io/certificates/${namespace}/${name}`,
    value: Buffer.from(`${JSON.stringify(object)}\n`),
  }
}

function hashOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('hex').slice(0, 9)
}

/** The same object has the same id at every start. */
function uidOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex').slice(0, 32)
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-')
}
