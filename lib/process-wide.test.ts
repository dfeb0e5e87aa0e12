import { describe, expect, it } from 'vitest'
import { processWide } from './process-wide.ts'

describe('processWide', () => {
  it('makes a value once, also when the module is loaded a second time', async () => {
    const copyUrl = new URL('./process-wide.ts?copy', import.meta.url).href
    const copy: typeof import('./process-wide.ts') = await import(/* @vite-ignore */ copyUrl)
    const first = processWide('test-once', () => ({ made: 'first' }))
    expect(copy.processWide).not.toBe(processWide)
    expect(copy.processWide('test-once', () => ({ made: 'second' }))).toBe(first)
  })

  it('keeps a value that is undefined', () => {
    let made = 0
    const make = () => {
      made += 1
    }
    processWide('test-undefined', make)
    processWide('test-undefined', make)
    expect(made).toBe(1)
  })
})
