/** Keys that belong together, as people call them. */
export interface KeyGroup {
  /** Every key of the group begins with it; whether no other does is for `isWhole` to say. */
  readonly prefix: string
  /** `apps/deployments` of Kubernetes, `routes` of APISIX, else the prefix itself. */
  readonly name: string
}

/** Kubernetes' own resources by the folder their keys lie in, where that is not `<group>/<resource>` already. */
const kubernetesGroups: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...[
      'configmaps',
      'endpoints',
      'events',
      'limitranges',
      'namespaces',
      'persistentvolumeclaims',
      'persistentvolumes',
    ],
    ...['pods', 'podtemplates', 'replicationcontrollers', 'resourcequotas', 'secrets', 'serviceaccounts'],
  ],
  'apps/': ['controllerrevisions', 'daemonsets', 'deployments', 'replicasets', 'statefulsets'],
  'autoscaling/': ['horizontalpodautoscalers'],
  'batch/': ['cronjobs', 'jobs'],
  'certificates.k8s.io/': ['certificatesigningrequests'],
  'coordination.k8s.io/': ['leases'],
  'discovery.k8s.io/': ['endpointslices'],
  'flowcontrol.apiserver.k8s.io/': ['flowschemas', 'prioritylevelconfigurations'],
  'networking.k8s.io/': ['ingress', 'ingressclasses', 'ipaddresses', 'networkpolicies', 'servicecidrs'],
  'node.k8s.io/': ['runtimeclasses'],
  'policy/': ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io/': ['clusterrolebindings', 'clusterroles', 'rolebindings', 'roles'],
  'scheduling.k8s.io/': ['priorityclasses'],
  'storage.k8s.io/': ['csidrivers', 'csinodes', 'csistoragecapacities', 'storageclasses', 'volumeattachments'],
}

const kubernetesNames = new Map([
  ...Object.entries(kubernetesGroups).flatMap(([group, folders]) =>
    folders.map((folder) => [folder, `${group}${folder}`] as const),
  ),
  // Named otherwise than their resource since the first versions.
  ['minions', 'nodes'],
  ['ingress', 'networking.k8s.io/ingresses'],
  ['services/specs', 'services'],
  ['services/endpoints', 'endpoints'],
])

const apisixFolders = [
  ...['consumers', 'consumer_groups', 'global_rules', 'plugin_configs', 'plugin_metadata', 'plugins', 'protos'],
  ...['routes', 'secrets', 'services', 'ssls', 'stream_routes', 'upstreams'],
]

/** The groups there are in every Kubernetes and APISIX, for what is too large to be looked through. */
export const wellKnownGroups: readonly KeyGroup[] = [
  ...[...kubernetesNames].map(([folder, name]) => ({ prefix: `/registry/${folder}/`, name })),
  ...apisixFolders.map((folder) => ({ prefix: `/apisix/${folder}/`, name: folder })),
]

/** The group a key belongs to: its resource, its kind, or what stands before its second slash. */
export function groupOf(key: string): KeyGroup {
  return kubernetesGroup(key) ?? apisixGroup(key) ?? plainGroup(key)
}

/**
 * Whether every key that begins with the prefix is of the group, so that a count of the range is one of the group. It is not where
 * keys end in the midst of others: `key1` beside `key10`, `/apisix/name` beside `/apisix/routes/1`.
 */
export function isWhole({ prefix }: KeyGroup): boolean {
  return prefix.endsWith('/') && groupOf(`${prefix}x/x`).prefix === prefix
}

function kubernetesGroup(key: string): KeyGroup | undefined {
  const [, first, second] = /^\/registry\/([^/]+)\/(?:([^/]+)\/)?/.exec(key) ?? []
  if (first === undefined) return undefined
  const twoFolders = second === undefined ? undefined : `${first}/${second}`
  // Resources that somebody defined lie under the name of their group, which has a dot.
  const isDefined = first.includes('.') || first === 'services'
  if (twoFolders !== undefined && isDefined) {
    return { prefix: `/registry/${twoFolders}/`, name: kubernetesNames.get(twoFolders) ?? twoFolders }
  }
  return { prefix: `/registry/${first}/`, name: kubernetesNames.get(first) ?? first }
}

function apisixGroup(key: string): KeyGroup | undefined {
  const [, folder] = /^\/apisix\/([^/]+)\//.exec(key) ?? []
  return folder === undefined ? undefined : { prefix: `/apisix/${folder}/`, name: folder }
}

/** `/a/` of `/a/b`, `a/` of `a/b`; a key without a folder is a group of its own. */
function plainGroup(key: string): KeyGroup {
  const [folder = key] = /^\/?[^/]+\//.exec(key) ?? []
  return { prefix: folder, name: folder }
}
