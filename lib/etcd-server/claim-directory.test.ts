import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimDirectory, hasLivingOwner } from './claim-directory.ts'

let folder = ''

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'kstone-unit-')), 'etcd')
})

afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

describe('a data folder', () => {
  it('has one owner at a time', () => {
    const release = claimDirectory(folder)
    expect(hasLivingOwner(folder)).toBe(true)
    expect(() => claimDirectory(folder)).toThrow(expect.objectContaining({ code: 'conflict' }))
    release()
    expect(hasLivingOwner(folder)).toBe(false)
    claimDirectory(folder)
  })

  it('is not free while its owner is still writing down who it is', () => {
    claimDirectory(folder)
    writeFileSync(join(folder, 'owner'), '')
    expect(() => claimDirectory(folder)).toThrow(expect.objectContaining({ code: 'conflict' }))
    utimesSync(join(folder, 'owner'), 1, 1)
    claimDirectory(folder)
  })

  it.each([
    ['whose pid is free', `${2 ** 22 + 1} 1`],
    ['whose pid went to another process', `${process.pid} 1`],
    ['of which nothing is known', 'nonsense'],
  ])('is free after an owner %s', (_, mark) => {
    claimDirectory(folder)
    writeFileSync(join(folder, 'owner'), mark)
    expect(hasLivingOwner(folder)).toBe(false)
    claimDirectory(folder)
    expect(hasLivingOwner(folder)).toBe(true)
  })
})
