import type { DemoEntry } from './demo-entry.ts'

const firstSeconds = 1_760_000_000
const services = ['orders', 'users', 'catalog', 'search', 'payments', 'reviews', 'shipping', 'media'] as const
const routesPerService = 120

/** What an APISIX gateway keeps in its etcd: routes, upstreams, consumers, plugin settings, all as JSON. */
export function* apisixData(): Generator<DemoEntry> {
  for (const [index, service] of services.entries()) {
    yield entryOf('upstreams', String(index + 1), {
      type: 'roundrobin',
      scheme: 'http',
      nodes: Object.fromEntries([1, 2, 3].map((node) => [`10.20.${index}.${node}:8080`, 1])),
      checks: { active: { http_path: '/healthz', healthy: { interval: 2, successes: 1 } } },
    })
    yield entryOf('services', service, { name: service, upstream_id: String(index + 1) })
    for (let route = 1; route <= routesPerService; route += 1) yield routeOf(service, index, route)
    yield entryOf('consumers', `${service}_partner`, {
      username: `${service}_partner`,
      plugins: { 'limit-count': { count: 1_000, time_window: 60, rejected_code: 429 } },
    })
  }
  yield entryOf('global_rules', '1', { plugins: { prometheus: {}, 'request-id': { include_in_response: true } } })
  for (const plugin of ['cors', 'jwt-auth', 'key-auth', 'limit-count', 'proxy-rewrite', 'zipkin'])
    yield entryOf('plugin_metadata', plugin, { disable: false })
}

function routeOf(service: string, index: number, route: number): DemoEntry {
  return entryOf('routes', `${service}-${String(route).padStart(4, '0')}`, {
    uri: `/${service}/v${(route % 3) + 1}/items/${route}/*`,
    methods: route % 2 === 0 ? ['GET', 'HEAD'] : ['POST', 'PUT', 'PATCH', 'DELETE'],
    hosts: ['api.example.com'],
    service_id: service,
    upstream_id: String(index + 1),
    plugins: {
      'proxy-rewrite': { regex_uri: [`^/${service}/v\\d/(.*)`, '/$1'] },
      'limit-req': { rate: 50, burst: 20 },
    },
    status: 1,
    priority: 0,
  })
}

function entryOf(folder: string, id: string, fields: object): DemoEntry {
  const object = { id, ...fields, create_time: firstSeconds, update_time: firstSeconds }
  return { key: `/apisix/${folder}/${id}`, value: Buffer.from(JSON.stringify(object)) }
}
