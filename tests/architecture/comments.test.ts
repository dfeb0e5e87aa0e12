import { describe, expect, test } from 'vitest'
import { allCode, filesIn, readSource } from './source-files.ts'
import { commentsOf } from './syntax.ts'

/** Promises to come back later, in the words people use for them. */
const promise = /\b(?:TODO|FIXME|XXX|HACK|WIP)\b/

/** How a line begins or ends when it was code before somebody commented it out. */
const codeLine = [
  /^import\s.+\sfrom\s['"]/,
  /^export\s(?:const|let|function|async|class|type|interface|default|\{)/,
  /^(?:const|let|var)\s[\w{[].*=/,
  /^(?:return|throw)\s.*[;)\]}]$/,
  /^return;?$/,
  /^(?:if|for|while|switch)\s?\(.*\)\s*\{?$/,
  /^await\s[\w.]+\(/,
  /^\}?\s*(?:else|catch|finally)\b.*\{$/,
  /^[\w.]+\(.*\);?$/,
  /^[\w.[\]]+\s=\s.*[;)\]]$/,
  /^<\/?[A-Za-z][\w.]*(?:\s[^>]*)?\/?>$/,
  /^[)}\]]+[;,]?$/,
]

/** Commented-out code in a file as `line: text`. Doc comments may show code: they explain, and examples stand in them. */
function deadCodeIn(code: string, file: string): string[] {
  return commentsOf(code, file)
    .filter(({ text }) => !text.startsWith('/**') && !text.startsWith('///'))
    .flatMap(({ line, text }) =>
      text
        .replace(/^\/\/|^\/\*|\*\/$/g, '')
        .split('\n')
        .map((content, index) => ({ line: line + index, content: content.trim() })),
    )
    .filter(({ content }) => codeLine.some((pattern) => pattern.test(content)))
    .map(({ line, content }) => `${line}: ${content}`)
}

describe('commented-out code', () => {
  test.each([
    '// const a = 1\n',
    "// import { a } from './a.ts'\n",
    'const b = 1\n// if (b) {\n//   run()\n// }\n',
    '/* return run(1); */\n',
    'const b = 1 // await db.user.delete()\n',
    'run(1)\n// run(2)\n',
  ])('is noticed in %j', (code) => {
    expect(deadCodeIn(code, 'snippet.ts')).not.toEqual([])
  })

  test('is noticed inside markup', () => {
    expect(deadCodeIn('export const A = () => <p>{/* <Meter value={1} /> */}</p>\n', 'snippet.tsx')).not.toEqual([])
  })

  test.each([
    '// A stranger may be passing weather, so trying again is the safer guess.\n',
    '/** `const a = read()` answers with a copy. */\n',
    "const url = 'https://example.com' // where the demo lives (not the docs)\n",
    'const pattern = /\\/\\/ const a = 1/\n',
    'const text = `\n// const a = 1\n`\n',
  ])('is not seen in %j', (code) => {
    expect(deadCodeIn(code, 'snippet.ts')).toEqual([])
  })

  test('stands nowhere', () => {
    const found = allCode().flatMap((file) => deadCodeIn(readSource(file), file).map((line) => `${file}:${line}`))
    expect(found).toEqual([])
  })
})

describe('a promise to come back later', () => {
  test('stands in no comment', () => {
    const found = allCode().flatMap((file) =>
      commentsOf(readSource(file), file)
        .filter(({ text }) => promise.test(text))
        .map(({ line }) => `${file}:${line}`),
    )
    expect(found).toEqual([])
  })

  test('stands in no other text', () => {
    const texts = filesIn('app', 'lib', 'workers', 'prisma', 'scripts', 'deploy', 'docs').filter((file) =>
      /\.(?:css|json|md|prisma|sh|sql|ya?ml)$/.test(file),
    )
    expect(texts.filter((file) => promise.test(readSource(file)))).toEqual([])
  })
})
