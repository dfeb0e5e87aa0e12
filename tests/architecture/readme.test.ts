import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { freshReadme } from '#scripts/generate-readme.ts'

const text = readFileSync('README.md', 'utf8')

test('the README lists every setting as it is (else run: node scripts/generate-readme.ts)', () => {
  expect(text).toBe(freshReadme(text))
  expect(text).toContain('`ROOT_KEYS`')
})

test('every command the README names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = [...text.matchAll(/`npm run ([\w:]+)/g)].map(([, name]) => name)
  expect(named.length).toBeGreaterThan(5)
  for (const name of named) expect(scripts, `npm run ${name}`).toHaveProperty([name ?? ''])
})

test('every file the README points at is there', () => {
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link ?? '')
  expect(links.length).toBeGreaterThan(1)
  for (const link of links) expect(existsSync(link), link).toBe(true)
})
