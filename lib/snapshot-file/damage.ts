import { AppError } from '#lib/errors.ts'

/** What can be wrong with a snapshot file, as it stands in `details.cause` of `snapshot-damaged`: stored and shown, never renamed. */
export type DamageCause =
  // The file as a whole
  | 'truncated'
  | 'trailer-missing'
  | 'excess-bytes'
  | 'checksum-differs'
  | 'metas-unreadable'
  // One page
  | 'page-out-of-file'
  | 'page-id-differs'
  | 'page-type-wrong'
  | 'page-too-large'
  | 'element-out-of-place'
  // How pages hang together
  | 'page-reached-twice'
  | 'page-free-and-used'
  | 'page-lost'
  | 'freelist-unreadable'
  | 'tree-too-deep'
  | 'keys-out-of-order'
  | 'key-outside-parent'
  // What etcd keeps in it
  | 'bucket-unreadable'
  | 'bucket-missing'
  | 'revision-unreadable'
  | 'revisions-out-of-order'
  | 'key-value-unreadable'

export interface DamagePlace {
  readonly pageId?: number
  /** In bytes from the start of the file. */
  readonly offset?: number
}

/** The failure of a file that must not be trusted; `message` says what is there and what it means. */
export function damaged(cause: DamageCause, message: string, place: DamagePlace = {}): AppError {
  const { pageId, offset } = place
  const where = [pageId === undefined ? [] : `page ${pageId}`, offset === undefined ? [] : `byte ${offset}`].flat()
  const text = where.length === 0 ? message : `${message} (${where.join(', ')})`
  const details = { cause, ...(pageId === undefined ? {} : { pageId }), ...(offset === undefined ? {} : { offset }) }
  return new AppError('snapshot-damaged', text, { details })
}
