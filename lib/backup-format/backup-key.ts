import { randomBytes } from 'node:crypto'
import type { DataKey, SealedPlace } from '#lib/crypto.ts'
import { open, seal, sealedKeyVersion } from '#lib/crypto.ts'
import { AppError } from '#lib/errors.ts'
import { Secret } from '#lib/secret.ts'
import { keyBytes } from './chunk-header.ts'

/** The key of one backup object. */
export interface BackupKey {
  /** 32 bytes */
  key: Secret<Buffer>
  /** Which of the team's keys it is wrapped with. */
  keyId: string
  /** Sealed for this very backup of this team: it may stand with the object. */
  wrappedKey: string
}

export interface BackupPlace {
  tenantId: string
  backupId: string
}

/** A key that no other backup has, wrapped with the team's. */
export function newBackupKey(teamKey: DataKey, place: BackupPlace): BackupKey {
  const key = new Secret(randomBytes(keyBytes))
  const text = new Secret(key.reveal().toString('base64url'))
  return { key, keyId: `team-key-${teamKey.version}`, wrappedKey: seal(teamKey, text, sealedPlace(place)) }
}

/** Which version of the team's key opens a wrapped key; undefined for what is no wrapped key. */
export function teamKeyVersion(wrappedKey: string): number | undefined {
  return sealedKeyVersion(wrappedKey)
}

/** @throws AppError `backup-key-wrong` when the team's key is another, or the wrapped key is another backup's or changed */
export function openBackupKey(teamKey: DataKey, wrappedKey: string, place: BackupPlace): Secret<Buffer> {
  try {
    return new Secret(Buffer.from(open(teamKey, wrappedKey, sealedPlace(place)).reveal(), 'base64url'))
  } catch (cause) {
    throw new AppError(
      'backup-key-wrong',
      `Key ${teamKey.version} of the team does not open backup ${place.backupId}`,
      {
        cause,
      },
    )
  }
}

function sealedPlace({ tenantId, backupId }: BackupPlace): SealedPlace {
  return { tenantId, table: 'backup', row: backupId, column: 'object-key', version: 1 }
}
