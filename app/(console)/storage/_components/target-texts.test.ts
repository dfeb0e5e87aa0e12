import { expect, test } from 'vitest'
import type { TargetView } from '#lib/contracts/storage-targets.ts'
import { changedTargetForm, newTargetForm, nothingTyped, textsOf } from './target-texts.ts'

const typed = {
  ...nothingTyped,
  name: 'minio',
  settings: { ...nothingTyped.settings, endpoint: 'https://minio:9000', bucket: 'etcd', accessKeyId: 'KEY' },
  secretAccessKey: 'SECRET',
}

const target: TargetView = {
  id: 'one',
  name: 'minio',
  kind: 's3',
  settings: {
    endpoint: 'https://minio:9000',
    region: 'us-east-1',
    bucket: 'etcd',
    prefix: '',
    pathStyle: true,
    accessKeyId: 'KEY',
    caPem: '-----BEGIN CERTIFICATE-----',
  },
  isDefault: true,
  isEncrypted: false,
  capabilities: {},
  probe: [],
  problem: null,
  probedAt: null,
  comparedAt: null,
  backups: 0,
  storedBytes: 0,
  missing: 0,
  orphans: 0,
  createdAt: '2026-11-23T00:00:00.000Z',
}

test('what is left empty of a new bucket is not sent', () => {
  const body = newTargetForm.parse(typed)
  expect(body).toMatchObject({ kind: 's3', settings: { endpoint: 'https://minio:9000', bucket: 'etcd', prefix: '' } })
  expect(body.kind === 's3' && 'caPem' in body.settings).toBe(false)
})

test('a directory has nothing of a bucket, whatever was typed before', () => {
  expect(newTargetForm.parse({ ...typed, kind: 'directory' })).toEqual({
    kind: 'directory',
    name: 'minio',
    isEncrypted: false,
  })
})

test('faults stand at the fields they were typed in', () => {
  const { error } = newTargetForm.safeParse(nothingTyped)
  expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual(
    expect.arrayContaining([
      ['name', 'name-required'],
      ['settings.bucket', 'bucket-malformed'],
      ['settings.accessKeyId', 'access-key-malformed'],
      ['secretAccessKey', 'secret-key-malformed'],
    ]),
  )
})

test('a change sends what differs, and null for what is taken away', () => {
  const texts = textsOf(target)
  const form = changedTargetForm(target)
  expect(form.parse(texts)).toEqual({})
  expect(
    form.parse({ ...texts, name: 'east', settings: { ...texts.settings, caPem: '', accessKeyId: 'NEW' } }),
  ).toEqual({
    name: 'east',
    settings: { accessKeyId: 'NEW', caPem: null },
  })
  expect(form.parse({ ...texts, secretAccessKey: 'other' })).toEqual({ secretAccessKey: 'other' })
})
