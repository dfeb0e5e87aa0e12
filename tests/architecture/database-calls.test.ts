import { describe, expect, test } from 'vitest'
import { codeIn, readSource } from './source-files.ts'
import type { SyntaxNode } from './syntax.ts'
import { childrenOf, lineOf, nodeAt, nodesOf, parse, textAt } from './syntax.ts'

/** The names a transaction's client goes by; {@link misnamedClients} keeps them the only ones. */
const clientNames = new Set(['db'])
const doors = new Set(['withTenant', 'withSystem'])
const statementLists = new Set(['BlockStatement', 'FunctionBody'])

/** Whether a call hangs on a client of the database: `db.user.create(…)`, and `db.user.create(…).then(…)` as well. */
function isDatabaseCall(node: SyntaxNode): boolean {
  if (node.type === 'TaggedTemplateExpression') return hangsOnClient(nodeAt(node, 'tag'))
  return node.type === 'CallExpression' && hangsOnClient(nodeAt(node, 'callee'))
}

function hangsOnClient(node: SyntaxNode | undefined): boolean {
  if (!node) return false
  if (node.type === 'MemberExpression') {
    const object = nodeAt(node, 'object')
    return clientNames.has(textAt(object, 'value') ?? '') || hangsOnClient(object)
  }
  return node.type === 'CallExpression' && hangsOnClient(nodeAt(node, 'callee'))
}

/** A database call in an expression that nothing waits for; what stands under an `await` is waited for. */
function unawaitedIn(expression: SyntaxNode): SyntaxNode[] {
  if (expression.type === 'AwaitExpression' || expression.type === 'YieldExpression') return []
  if (isDatabaseCall(expression)) return [expression]
  return childrenOf(expression)
    .filter(({ type }) => !statementLists.has(type))
    .flatMap(unawaitedIn)
}

/**
 * Lines with a database call nobody waits for. Prisma's promises are lazy: such a call never runs, and says nothing.
 * Statements, and variables that keep the promise itself, are looked at; what is returned is waited for by the caller.
 */
function forgottenCalls(code: string, file = 'snippet.ts'): number[] {
  return [...nodesOf(parse(code, file))].flatMap((node) => {
    if (node.type === 'ExpressionStatement') {
      const expression = nodeAt(node, 'expression')
      return expression ? unawaitedIn(expression).map((call) => lineOf(code, call)) : []
    }
    const kept = node.type === 'VariableDeclarator' ? nodeAt(node, 'init') : undefined
    return kept && isDatabaseCall(kept) ? [lineOf(code, kept)] : []
  })
}

/** Lines where a transaction hands out its client under a name the search above does not know. */
function misnamedClients(code: string, file = 'snippet.ts'): number[] {
  return [...nodesOf(parse(code, file))]
    .filter((node) => node.type === 'CallExpression' && doors.has(textAt(nodeAt(node, 'callee'), 'value') ?? ''))
    .filter((call) => {
      const work = [...nodesOf(call)].find(({ type }) => /^(?:Arrow)?FunctionExpression$/.test(type))
      const first = work && Array.isArray(work.params) ? work.params[0] : undefined
      const pattern = nodeAt(first, 'pat') ?? first
      return pattern !== undefined && !clientNames.has(textAt(pattern, 'value') ?? '')
    })
    .map((call) => lineOf(code, call))
}

describe('a database call nobody waits for', () => {
  test.each([
    'withTenant(id, async (db) => { db.user.create({ data }) })',
    'withTenant(id, async (db) => { void db.user.create({ data }) })',
    'withSystem(async (db) => { db.user.create({ data }).then(log) })',
    'withSystem(async (db) => { const created = db.user.create({ data })\n return created })',
    'withSystem(async (db) => { rows.map((row) => db.user.update({ where: row })) })',
    'withSystem(async (db) => { flag && db.user.create({ data }) })',
    'async function save(db: Db) { db.$executeRaw`delete from x` }',
    'async function save(db: Db) { Promise.all([db.a.findMany()]) }',
  ])('is noticed: %s', (code) => {
    expect(forgottenCalls(code)).toEqual([1])
  })

  test.each([
    'await withTenant(id, async (db) => { await db.user.create({ data }) })',
    'await withTenant(id, (db) => db.user.create({ data }))',
    'await withSystem(async (db) => { return db.user.create({ data }) })',
    'const user = await withSystem((db) => db.user.findFirst())',
    'async function load(db: Db) { const [a, b] = await Promise.all([db.a.findMany(), db.b.findMany()]); return [a, b] }',
    'async function save(db: Db) { await db.$executeRaw`delete from x` }',
    'on("x", async () => { await db.user.create({ data }) })',
    'async function save(db: Db) { await Promise.all(rows.map((row) => db.user.update({ where: row }))) }',
  ])('is not seen in: %s', (code) => {
    expect(forgottenCalls(code)).toEqual([])
  })

  test('stands nowhere', () => {
    const found = codeIn('app', 'lib', 'workers').flatMap((file) =>
      forgottenCalls(readSource(file), file).map((line) => `${file}:${line}`),
    )
    expect(found).toEqual([])
  })
})

describe('the client of a transaction', () => {
  test.each([
    'withTenant(id, (client) => client.user.findMany())',
    'withSystem(async ({ user }) => { await user.findMany() })',
  ])('is noticed under another name: %s', (code) => {
    expect(misnamedClients(code)).toEqual([1])
  })

  test.each(['withTenant(id, (db) => db.user.findMany())', 'withSystem(async (db) => run(db))', 'withSystem(run)'])(
    'is accepted in: %s',
    (code) => {
      expect(misnamedClients(code)).toEqual([])
    },
  )

  test('is called db everywhere', () => {
    const found = codeIn('app', 'lib', 'workers').flatMap((file) =>
      misnamedClients(readSource(file), file).map((line) => `${file}:${line}`),
    )
    expect(found).toEqual([])
  })
})
