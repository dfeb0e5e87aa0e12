import { describe, expect, it } from 'vitest'
import { newDataKey } from '#lib/crypto.ts'
import { newBackupKey, openBackupKey, teamKeyVersion } from './backup-key.ts'

const teamKey = newDataKey(3)
const place = { tenantId: 'team', backupId: 'backup' }

describe('the key of a backup', () => {
  it('opens with the key of its team, and is another for each backup', () => {
    const backup = newBackupKey(teamKey, place)
    expect(openBackupKey(teamKey, backup.wrappedKey, place).reveal()).toEqual(backup.key.reveal())
    expect([backup.keyId, teamKeyVersion(backup.wrappedKey)]).toEqual(['team-key-3', 3])
    expect(newBackupKey(teamKey, place).key.reveal()).not.toEqual(backup.key.reveal())
    expect(backup.wrappedKey).not.toContain(backup.key.reveal().toString('base64url'))
  })

  it.each([
    ['the key of another team', newDataKey(3), place],
    ['another version of the key', { ...teamKey, version: 4 }, place],
    ['the name of another team', teamKey, { ...place, tenantId: 'other' }],
    ['the name of another backup', teamKey, { ...place, backupId: 'other' }],
  ])('does not open with %s', (_, key, elsewhere) => {
    const { wrappedKey } = newBackupKey(teamKey, place)
    expect(() => openBackupKey(key, wrappedKey, elsewhere)).toThrow(
      expect.objectContaining({ code: 'backup-key-wrong' }),
    )
  })

  it('is not seen in what is none', () => {
    expect(teamKeyVersion('nonsense')).toBeUndefined()
    expect(() => openBackupKey(teamKey, 'nonsense', place)).toThrow(
      expect.objectContaining({ code: 'backup-key-wrong' }),
    )
  })
})
