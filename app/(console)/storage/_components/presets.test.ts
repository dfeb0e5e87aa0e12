import { expect, test } from 'vitest'
import { s3Settings } from '#lib/contracts/storage-targets.ts'
import { endpointToFill, presetNames, presets } from './presets.ts'

test.each(presetNames)('what %s fills in is what the server takes', (name) => {
  const { region, endpointIn, pathStyle } = presets[name]
  const endpoint = endpointIn?.(region) ?? ''
  const settings = { region, pathStyle, bucket: 'etcd-backups', accessKeyId: 'KEY', ...(endpoint ? { endpoint } : {}) }
  expect(s3Settings.parse(settings)).toMatchObject(settings)
})

test('the endpoint follows the region while nobody has typed another one', () => {
  const filled = 'https://cos.ap-guangzhou.myqcloud.com'
  expect(endpointToFill('tencent', { region: 'ap-beijing', endpoint: filled, filled })).toBe(
    'https://cos.ap-beijing.myqcloud.com',
  )
  const typed = 'https://cos-internal.ap-beijing.tencentcos.cn'
  expect(endpointToFill('tencent', { region: 'ap-beijing', endpoint: typed, filled })).toBeUndefined()
})

test('the address of a server of one’s own is never guessed', () => {
  expect(endpointToFill('other', { region: 'us-east-1', endpoint: '', filled: '' })).toBeUndefined()
})
