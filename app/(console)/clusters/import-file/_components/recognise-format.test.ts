import { describe, expect, it } from 'vitest'
import { exampleLists } from './example-lists.ts'
import { recogniseFormat } from './recognise-format.ts'

describe('the format of a list', () => {
  it.each([
    ['fleet.csv', '', 'csv'],
    ['FLEET.YAML', 'name,endpoints', 'yaml'],
    ['fleet.json', '', 'yaml'],
    ['etcd.env', '', 'env'],
  ])('is told by the name %s', (name, text, format) => {
    expect(recogniseFormat(name, text)).toBe(format)
  })

  it.each([
    ['name,endpoints\na,b', 'csv'],
    ['\ufeff"Name";"Endpoints";ca', 'csv'],
    ['endpoints\tname', 'csv'],
    ['[{"name":"a"}]', 'yaml'],
    ['# fleet\n---\nclusters:\n', 'yaml'],
    ['- name: a', 'yaml'],
    ['# name: a\n\nexport ETCDCTL_ENDPOINTS=a', 'env'],
    ['    - --etcd-servers=https://10.0.0.1:2379', 'env'],
  ])('is told by the text %j', (text, format) => {
    expect(recogniseFormat('', text)).toBe(format)
  })

  it.each(['', '\n\n# only a remark', 'hello', 'name;age'])('is not guessed from %j', (text) => {
    expect(recogniseFormat('list.txt', text)).toBeUndefined()
  })

  it.each(exampleLists.map(({ format, text }) => [format, text] as const))(
    'of the example for %s is told',
    (format, text) => {
      expect(recogniseFormat('', text)).toBe(format)
    },
  )
})
