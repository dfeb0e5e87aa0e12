import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describeConfig } from '#lib/config.ts'

const readme = new URL('../README.md', import.meta.url)
const section = /<!-- configuration -->[\s\S]*<!-- \/configuration -->/

/** The configuration table of the README, made from the settings themselves. */
export function configurationTable(): string {
  const rows = describeConfig().map(({ name, description, isRequired, ...rest }) => {
    const value = rest.default ? `\`${rest.default}\`` : ''
    return `| \`${name}\` | ${isRequired ? '**required**' : value} | ${description} |`
  })
  return ['| setting | default | what it does |', '|---|---|---|', ...rows].join('\n')
}

/** The README with its table as it should be. */
export function freshReadme(text: string): string {
  return text.replace(section, `<!-- configuration -->\n${configurationTable()}\n<!-- /configuration -->`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(readme, freshReadme(readFileSync(readme, 'utf8')))
}
