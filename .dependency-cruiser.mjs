import { readFileSync } from 'node:fs'
import { Visitor } from '@swc/core/Visitor.js'

/**
 * The rules of dependency-cruiser, made from the one table of who may import whom (tests/architecture/boundaries.json).
 * The parser is swc: it is the one that tells type-only imports apart without a compiler API.
 */
const table = JSON.parse(readFileSync(new URL('./tests/architecture/boundaries.json', import.meta.url), 'utf8'))

/** The visitor of swc stops at `using` declarations, which it does not know; what they declare is visited like a `const`. */
const { visitStatement } = Visitor.prototype
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  statement.decls = this.visitVariableDeclarators(statement.decls)
  return statement
}

const ours = '^(app|lib|workers|prisma|scripts|tests)/|^(proxy|instrumentation(-client)?)\\.ts$'

const unitTest = '\\.test\\.tsx?$'

/** @param {string} text */
const escapeRegExp = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** @param {string} place a folder, a file, or the word ground */
const within = (place) => {
  if (place === 'ground') return table.ground
  return place.endsWith('.ts') ? `^${escapeRegExp(place)}$` : `^${escapeRegExp(place)}/`
}

/** @param {string} name a package, a scope ending in /*, or a module of Node */
const ofPackage = (name) => {
  const exact = escapeRegExp(name.replace('/*', ''))
  return `(^|/)node_modules/${exact}/|^(node:)?${exact}(/|$)`
}

const rowRules = table.rows.flatMap((row) => {
  const own = [row.of, ...(row.alsoOf ?? [])].map(within)
  const ground = row.withoutGround ? [] : [within('ground')]
  const targets = row.mayAllOfLibBut
    ? {
        path: [ours],
        pathNot: [...own, `^lib/(?!(${row.mayAllOfLibBut.map((f) => f.slice('lib/'.length)).join('|')})/)`],
      }
    : { path: [ours], pathNot: [...own, ...ground, ...row.may.map(within)] }
  const comment = row.mayAllOfLibBut
    ? `${row.of} may import all of lib but ${row.mayAllOfLibBut.join(', ')}`
    : `${row.of} may import itself, ${row.withoutGround ? '' : 'the ground, '}${row.may.join(', ') || 'nothing else of ours'}`
  const inFolder = {
    name: `row:${row.of}`,
    severity: 'error',
    comment,
    from: { path: own, pathNot: unitTest },
    to: targets,
  }
  const inTests = {
    ...inFolder,
    from: { path: own.map((place) => `(?=.*${unitTest})${place}`) },
    to: { ...targets, pathNot: [...targets.pathNot, ...table.unitTestsMayRead.map(within)] },
  }
  if (row.typesFromAllOfLib) {
    const values = { ...inFolder, to: { ...targets, dependencyTypesNot: ['type-only'] } }
    const types = {
      ...inFolder,
      to: { ...targets, pathNot: [...targets.pathNot, '^lib/'], dependencyTypes: ['type-only'] },
    }
    return [values, types, inTests]
  }
  if (!row.onlyPackages) return [inFolder, inTests]
  const packages = {
    name: `packages-of:${row.of}`,
    severity: 'error',
    comment: `${row.of} may use only ${row.onlyPackages.join(', ')}`,
    from: { path: own, pathNot: unitTest },
    to: { pathNot: [ours, ...row.onlyPackages.map(ofPackage)] },
  }
  return [inFolder, inTests, packages]
})

/** @param {{ onlyIn: string[]; typesEverywhere?: boolean }} owner */
const onlyIn = (name, path, owner) => ({
  name,
  severity: 'error',
  comment: `only ${owner.onlyIn.join(', ')}`,
  from: { path: ['^(app|lib|workers)/|^(proxy|instrumentation(-client)?)\\.ts$'], pathNot: owner.onlyIn.map(within) },
  to: { path, ...(owner.typesEverywhere ? { dependencyTypesNot: ['type-only'] } : {}) },
})

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'an import that cannot be followed cannot be judged either',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'tests-import-nobody-back',
      severity: 'error',
      from: { pathNot: unitTest },
      to: { path: unitTest },
    },
    ...rowRules,
    ...table.packages.map((owner) => onlyIn(`package:${owner.names[0]}`, owner.names.map(ofPackage), owner)),
    ...table.files.map((owner) => onlyIn(`file:${owner.folder}`, [within(owner.folder)], owner)),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '^lib/db/generated/'] },
    exclude: { path: ['^\\.next/', '^\\.kstone/', '\\.css$'] },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
}
