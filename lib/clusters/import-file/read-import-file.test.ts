import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { readImportFile } from './read-import-file.ts'

const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'
const attached = new Map([['pki/ca.pem', ca]])

/** What keeps a file from being read: the reason, and the line and name it gives. */
function reasonOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'import-file-unreadable') return reasonIn(error)
    throw error
  }
  return undefined
}

const problem = (code: string, params: object, path = '') => ({ kind: 'field', path, code, params })

function reasonIn({ details }: AppError): object {
  const [issue] = details.issues as { code: string; params: { line: number; name: string } }[]
  return { reason: issue?.code, ...issue?.params }
}

describe('a CSV list', () => {
  it('gives one row per cluster with the line it stands in', () => {
    const text = [
      'name,endpoints,labels,ca,reader_username,reader_password,protected',
      'payments,https://10.0.0.1:2379 https://10.0.0.2:2379,env=prod;region=eu,pki/ca.pem,reader,s3cret,yes',
      '',
      'search,http://10.1.0.1:2379,,,,,',
    ].join('\n')
    expect(readImportFile('csv', text, attached)).toEqual([
      {
        number: 2,
        input: {
          name: 'payments',
          endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379'],
          labels: { env: 'prod', region: 'eu' },
          tls: { caPem: ca },
          reader: { username: 'reader', password: 's3cret' },
          isProtected: true,
        },
      },
      { number: 4, input: { name: 'search', endpoints: ['http://10.1.0.1:2379'] } },
    ])
  })

  it('takes certificates as text in quotes, the mark of Excel at the beginning, and semicolons between cells', () => {
    const text = `\ufeffname;endpoints;ca\r\npayments;https://10.0.0.1:2379;"${ca}"\r\n`
    expect(readImportFile('csv', text)[0]?.input).toMatchObject({ name: 'payments', tls: { caPem: ca } })
  })

  it.each([
    ['name,endpoints\n"payments,https://10.0.0.1', { reason: 'csv-quote-not-closed' }],
    ['name,endpoints,colour\na,b,c', { reason: 'csv-unknown-column', line: 1, name: 'colour' }],
    ['payments,https://u:pw@10.0.0.1,hunter2\na,b,c', { reason: 'csv-no-heading', line: 1, name: '' }],
    ['name,endpoints,hunter2:pass\na,b,c', { reason: 'csv-unknown-column', line: 1, name: '#3' }],
    ['name,ca\na,b', { reason: 'csv-missing-column', line: 1, name: 'endpoints' }],
    ['name,endpoints\n', { reason: 'file-empty' }],
    ['', { reason: 'file-empty' }],
  ])('names line and reason where it cannot be read: %j', (text, details) => {
    expect(reasonOf(() => readImportFile('csv', text))).toMatchObject(details)
  })

  it('refuses the row with too many or too few cells, and reads the others', () => {
    const text = 'name,endpoints,ca\nfew,http://a:1\nright,http://b:1,pki/ca.pem\nmany,http://c:1,,x\n'
    expect(readImportFile('csv', text, attached)).toEqual([
      { number: 2, input: { name: 'few' }, problem: problem('csv-wrong-number-of-cells', { line: 2 }) },
      { number: 3, input: { name: 'right', endpoints: ['http://b:1'], tls: { caPem: ca } } },
      { number: 4, input: { name: 'many' }, problem: problem('csv-wrong-number-of-cells', { line: 4 }) },
    ])
  })

  it.each(['/etc/etcd/pki/ca.pem', 'ca.pem', 'pki/ca.pem'])('finds the attached file that ends like %s', (path) => {
    const [row] = readImportFile('csv', `name,endpoints,ca\na,http://a:1,${path}`, attached)
    expect(row?.input.tls).toEqual({ caPem: ca })
  })

  it('names a file that did not come along, and takes none of two for it', () => {
    const two = new Map([...attached, ['old/ca.pem', 'other']])
    const [row] = readImportFile('csv', 'name,endpoints,ca\na,http://a:1,/x/ca.pem', two)
    expect(row?.problem).toEqual(problem('file-not-attached', { name: '/x/ca.pem' }, 'tls.caPem'))
  })

  it('holds at most 1,000 clusters', () => {
    const list = (rows: number) => `name,endpoints\n${'a,http://10.0.0.1:2379\n'.repeat(rows)}`
    expect(readImportFile('csv', list(1_000))).toHaveLength(1_000)
    expect(reasonOf(() => readImportFile('csv', list(1_001)))).toMatchObject({ reason: 'file-too-many-rows' })
  })
})

describe('a YAML list', () => {
  it('has the fields of the API, and names attached files', () => {
    const text = `
clusters:
  - name: payments
    endpoints: [https://10.0.0.1:2379]
    tls: { caFile: /etc/kubernetes/pki/ca.pem, serverName: etcd.example.com }
  - just text
`
    expect(readImportFile('yaml', text, new Map([['ca.pem', ca]]))).toEqual([
      {
        number: 1,
        input: {
          name: 'payments',
          endpoints: ['https://10.0.0.1:2379'],
          tls: { serverName: 'etcd.example.com', caPem: ca },
        },
      },
      { number: 2, input: {} },
    ])
  })

  it('may be JSON, and a list without a heading', () => {
    expect(readImportFile('yaml', '[{"name":"a"}]')).toEqual([{ number: 1, input: { name: 'a' } }])
  })

  it.each([
    ['clusters:\n  - name: [a\n', { reason: 'yaml-malformed' }],
    ['clusters: 7', { reason: 'yaml-no-clusters' }],
    ['name: a\nname: b', { reason: 'yaml-malformed', line: 2 }],
    ['clusters: []', { reason: 'file-empty' }],
  ])('names line and reason where it cannot be read: %j', (text, details) => {
    expect(reasonOf(() => readImportFile('yaml', text))).toMatchObject(details)
  })

  it('does not let aliases multiply a small file', () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n},`.repeat(9)}*l${n}]`)
    const text = `l0: &l0 [x]\n${levels.join('\n')}\nclusters: *l12`
    expect(reasonOf(() => readImportFile('yaml', text))).toMatchObject({ reason: 'yaml-too-many-aliases' })
  })
})

describe('a list of settings', () => {
  it('reads the environment of etcdctl and the flags of a kube-apiserver, one block per cluster', () => {
    const text = `
# name: payments
export ETCDCTL_ENDPOINTS="https://10.0.0.1:2379,https://10.0.0.2:2379"
ETCDCTL_API=3
ETCDCTL_CACERT=/etc/etcd/pki/ca.pem
ETCDCTL_USER=reader:s3:cret

- --etcd-servers=https://10.1.0.1:2379
- --etcd-cafile=/etc/kubernetes/pki/etcd/ca.pem
`
    expect(readImportFile('env', text, new Map([['/etc/etcd/pki/ca.pem', ca]]))).toEqual([
      {
        number: 2,
        input: {
          name: 'payments',
          endpoints: ['https://10.0.0.1:2379', 'https://10.0.0.2:2379'],
          tls: { caPem: ca },
          reader: { username: 'reader', password: 's3:cret' },
        },
      },
      {
        number: 8,
        input: {
          name: '10.1.0.1:2379',
          endpoints: ['https://10.1.0.1:2379'],
          tls: { caPem: ca },
        },
      },
    ])
  })

  it('refuses the cluster with a line that says nothing of it, and reads the others', () => {
    const text = 'ETCDCTL_ENDPOINTS=http://a:1\n\n# name: typo\nETCDCTL_ENDPOINT=http://b:1\n'
    expect(readImportFile('env', text)).toMatchObject([
      { number: 1, input: { endpoints: ['http://a:1'] } },
      { number: 3, problem: { code: 'env-unknown-setting', params: { line: 4, name: 'ETCDCTL_ENDPOINT' } } },
    ])
  })

  it.each([
    ['ETCDCTL_ENDPOINTS=a\nwhat is this', { reason: 'env-no-assignment', line: 2 }],
    ['PATH=/bin', { reason: 'env-unknown-setting', line: 1, name: 'PATH' }],
    ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASCB==', { reason: 'env-no-assignment', line: 1, name: '' }],
    ['# only a remark', { reason: 'file-empty' }],
  ])('names line and reason where it cannot be read: %j', (text, details) => {
    expect(reasonOf(() => readImportFile('env', text))).toMatchObject(details)
  })
})

it.each(['http://u:s3cret@10.0.0.1:2379', 'u:s3/cret@10.0.0.1:2379/', 'https://u@x:s3,cret@10.0.0.1:2379'])(
  'a name made of the endpoint %s holds no user and no password',
  (endpoint) => expect(readImportFile('env', `ETCDCTL_ENDPOINTS=${endpoint}`)[0]?.input.name).toBe('10.0.0.1:2379'),
)

it('whatever the bytes are, the answer is rows or a reason', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('csv', 'yaml', 'env'),
      fc.string({ unit: 'binary', maxLength: 300 }),
      (format, text) => {
        const details = reasonOf(() => readImportFile(format as 'csv', text))
        expect(details === undefined || typeof (details as { reason: unknown }).reason === 'string').toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})
