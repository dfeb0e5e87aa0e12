/**
 * Writes a text to the clipboard; answers whether that worked. Browsers hide the clipboard from pages served over plain
 * HTTP, where the old way by a selected field still does.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => copyBySelection(text),
    )
  }
  return copyBySelection(text)
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.className = 'sr-only'
  const active = document.activeElement
  // Inside an open dialog focus may not leave it, so the field stands beside whatever has the focus.
  const host = active?.parentElement ?? document.body
  host.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (active instanceof HTMLElement) active.focus()
  return isCopied
}
