import type { HashHalves } from './key-hash.ts'

/** The keys whose hash lies in one of `of` equal parts of all hashes: as many as fit into a table at a time. */
export interface Share {
  readonly index: number
  readonly of: number
}

/** The keys of the largest file there can be fit into so many tables many times over. */
const sharesMax = 65_536

export const allKeys: Share = { index: 0, of: 1 }

export function isInShare({ high }: HashHalves, { index, of }: Share): boolean {
  return of === 1 || Math.floor((high / 2 ** 32) * of) === index
}

/** Runs a pass for each share, and for smaller ones where it answers that its keys did not fit. What is done stays done. */
export async function inShares(first: Share, pass: (share: Share) => Promise<boolean>): Promise<void> {
  let { index, of } = first
  while (index < of) {
    if (await pass({ index, of })) {
      index += 1
    } else {
      index *= 2
      of *= 2
      if (of > sharesMax) throw new Error('The keys of a snapshot do not fit, however few are taken at a time')
    }
  }
}
