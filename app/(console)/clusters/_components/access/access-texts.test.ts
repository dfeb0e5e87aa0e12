import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultsIn } from '#app/_components/ui/form-resolver.ts'
import { diagnoseBody } from '#lib/contracts/diagnosis.ts'
import {
  accessBody,
  accessTexts,
  noAccess,
  noUser,
  readAddressMap,
  readEndpoints,
  readLabels,
  writeAddressMap,
  writeLabels,
} from './access-texts.ts'
import { textForm } from './text-form.ts'

const form = textForm({ texts: accessTexts, bodyOf: accessBody, contract: diagnoseBody })
const faults = (change: object) =>
  faultsIn(form, { ...noAccess, endpoints: 'https://a:2379', ...change }).map(({ path, code }) => [path, code])

describe('what is typed', () => {
  test.each([
    ['https://a:1\nhttps://b:2', ['https://a:1', 'https://b:2']],
    ['https://a:1,https://b:2, https://c:3', ['https://a:1', 'https://b:2', 'https://c:3']],
    ['  ', []],
  ])('endpoints %j are %j', (text, list) => {
    expect(readEndpoints(text)).toEqual(list)
  })

  test.each(['10.0.0.1:1 → n:2', '10.0.0.1:1 -> n:2', '10.0.0.1:1=n:2', '10.0.0.1:1 => n:2', ' 10.0.0.1:1  n:2 '])(
    'the map %j leads from one to the other',
    (text) => {
      expect(readAddressMap(text)).toEqual({ '10.0.0.1:1': 'n:2' })
    },
  )

  test('labels and maps come back as they were written', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
    fc.assert(
      fc.property(fc.dictionary(word, fc.oneof(word, fc.constant(''))), (labels) => {
        expect(readLabels(writeLabels(labels))).toEqual(labels)
      }),
    )
    const address = fc.tuple(word, fc.integer({ min: 1, max: 65_535 })).map(([host, port]) => `${host}:${port}`)
    fc.assert(
      fc.property(fc.dictionary(address, address), (map) => {
        expect(readAddressMap(writeAddressMap(map))).toEqual(map)
      }),
    )
  })
})

describe('what is wrong is told at the field it was typed in', () => {
  test.each<[string, object, [string, string][]]>([
    ['nothing', {}, []],
    ['no endpoint', { endpoints: '' }, [['endpoints', 'endpoints-required']]],
    ['the second of two', { endpoints: 'https://a:1 b:2' }, [['endpoints', 'endpoint-scheme-missing']]],
    ['a map to nowhere', { addressMap: 'a:1' }, [['addressMap', 'host-port-malformed']]],
    [
      'a password without a user',
      { reader: { ...noUser, password: 'x' } },
      [['reader.username', 'etcd-username-required']],
    ],
    ['no certificate', { tls: { ...noAccess.tls, caPem: 'ca.pem' } }, [['tls.caPem', 'certificate-not-pem']]],
    ['a network', { network: 'No Net' }, [['network', 'network-malformed']]],
    ['a network without workers', { network: 'dc-1' }, [['network', 'network-unknown']]],
  ])('%s', (_, change, expected) => {
    expect(faults(change)).toEqual(expected)
  })

  test('a right one becomes the body, and what is empty is left out', () => {
    expect(form.parse({ ...noAccess, endpoints: 'https://a:1,https://b:2' })).toEqual({
      network: 'default',
      endpoints: ['https://a:1', 'https://b:2'],
      tls: {},
      addressMap: {},
    })
  })
})
