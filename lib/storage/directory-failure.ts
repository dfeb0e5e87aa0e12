import type { ErrorCode } from '#lib/errors.ts'
import { AppError } from '#lib/errors.ts'

type DirectoryCode = Extract<ErrorCode, `storage-${string}`>

const codes: Readonly<Record<string, DirectoryCode>> = {
  ENOSPC: 'storage-full',
  EDQUOT: 'storage-full',
  EACCES: 'storage-denied',
  EPERM: 'storage-denied',
  EROFS: 'storage-denied',
  // A file where a folder is needed, or the other way round, or a link where there must be none
  ENOTDIR: 'storage-refused',
  EISDIR: 'storage-refused',
  ELOOP: 'storage-refused',
  ENAMETOOLONG: 'storage-refused',
  EFBIG: 'storage-refused',
  // Looked at a moment ago, as a share that was taken away
  ENOENT: 'storage-unavailable',
  EIO: 'storage-unavailable',
  ESTALE: 'storage-unavailable',
  ENODEV: 'storage-unavailable',
  ENXIO: 'storage-unavailable',
  ETIMEDOUT: 'storage-unavailable',
  EMFILE: 'storage-unavailable',
  ENFILE: 'storage-unavailable',
  EBUSY: 'storage-unavailable',
}

/** Does `work` on files; what the file system says gets our names. `doing` is evidence: `write`, `read`, `list`, `delete`. */
export async function onFiles<Result>(
  doing: { operation: string; key?: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    throw fileFailure(cause, doing)
  }
}

function fileFailure(cause: unknown, { operation, key }: { operation: string; key?: string }): unknown {
  const reason = reasonOf(cause)
  const code = codes[reason]
  if (code === undefined) return cause
  const permission = code === 'storage-denied' ? { permission: operation } : {}
  return new AppError(code, `The directory does not ${operation}${key === undefined ? '' : ` ${key}`}: ${reason}`, {
    cause,
    details: { operation, reason, ...permission, ...(key === undefined ? {} : { key }) },
  })
}

/** `ENOENT` and the like; empty where it is none of those. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? String(Reflect.get(cause, 'code') ?? '') : ''
}
