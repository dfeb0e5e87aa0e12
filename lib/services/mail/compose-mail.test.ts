import { describe, expect, it } from 'vitest'
import { composeMail } from './compose-mail.ts'

const link = 'https://kstone.example.com/invitation#kin_abc?a=1&b="2"'
const letter = { kind: 'invitation', link, params: { inviter: 'Eve <b>', team: '"A" & <i>B</i>', expiresAt: 'soon' } }

describe.each(['en', 'zh'] as const)('a mail in %s', (locale) => {
  const { subject, text, html } = composeMail({ ...letter, locale })

  it('says everything, and leaves no placeholder', () => {
    for (const part of [subject, text]) {
      expect(part).toContain('Eve <b>')
      expect(part).toContain('"A" & <i>B</i>')
      expect(part).not.toMatch(/\{\w+\}|mail\./)
    }
    expect(text).toContain(link)
    expect(composeMail({ locale, kind: 'reset', link, params: { email: 'x@y.z', minutes: '60' } }).text).toMatch(/60/)
  })

  it('shows names as text and nothing else, and loads nothing', () => {
    expect(html).not.toMatch(/<b>|<i>/)
    expect(html).toContain('Eve &lt;b&gt;')
    expect(html).toContain('href="https://kstone.example.com/invitation#kin_abc?a=1&amp;b=&quot;2&quot;"')
    expect(html).not.toMatch(/<img|<script|<link|url\(/)
  })
})
