import type { Locale } from '#lib/i18n/locale.ts'
import { htmlLangOf } from '#lib/i18n/locale.ts'
import { translate } from '#lib/i18n/messages.ts'

interface Letter {
  locale: Locale
  /** Which texts of the namespace `mail`: `invitation`, `reset`. */
  kind: string
  link: string
  /** What the texts have placeholders for. */
  params: Record<string, string>
}

/**
 * Subject, plain text and HTML of a mail, in one language. Both bodies say the same and show the link in full: whoever is
 * careful wants to see where it leads. Nothing is loaded from anywhere.
 */
export function composeMail({ locale, kind, link, params }: Letter): { subject: string; text: string; html: string } {
  const say = (part: string) => translate(locale, `mail.${kind}.${part}`, params)
  const [subject, intro, action, lifetime, stranger] = ['subject', 'intro', 'action', 'lifetime', 'stranger'].map(say)
  const text = [intro, `${action}:\n${link}`, lifetime, stranger, '-- \nKstone'].join('\n\n')
  const html = `<!doctype html>
<html lang="${htmlLangOf(locale)}">
<body style="margin:0;padding:32px 16px;background:#f4f5f7;color:#16181d;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border:1px solid #dfe2e8;border-radius:8px">
<p style="margin:0 0 24px">${escapeHtml(intro)}</p>
<p style="margin:0 0 24px"><a href="${escapeHtml(link)}" style="display:inline-block;padding:10px 20px;background:#1d4ed8;color:#ffffff;text-decoration:none;border-radius:6px">${escapeHtml(action)}</a></p>
<p style="margin:0 0 24px;font-size:14px;word-break:break-all">${escapeHtml(link)}</p>
<p style="margin:0 0 8px;font-size:14px;color:#565c69">${escapeHtml(lifetime)}</p>
<p style="margin:0;font-size:14px;color:#565c69">${escapeHtml(stranger)}</p>
</div>
</body>
</html>
`
  return { subject: subject ?? '', text, html }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Names are typed by strangers: in a mail too they are text and nothing else. */
function escapeHtml(text = ''): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
