/** With these a cell becomes a formula when a spreadsheet opens the file; apostrophes before them count, so that ours can be told from theirs. */
const formulaStart = /^'*[=+\-@\t\r]/

/**
 * One line of a CSV file (RFC 4180) with its line end. A cell that a spreadsheet would run gets an apostrophe in front:
 * what somebody typed as a name must not become a command on the machine of whoever reads the log.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(text: string): string {
  const harmless = formulaStart.test(text) ? `'${text}` : text
  return /[",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
