import { describe, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { problem } from './problem.ts'

const surroundings = { requestId: 'r-1', locale: 'en' } as const

describe('problem', () => {
  test('a stranger’s message never reaches the caller', async () => {
    const response = problem(new Error('password=hunter2 at /srv/db.ts:3'), surroundings)
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('hunter2')
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', requestId: 'r-1', status: 500 })
  })

  test('an operator’s message of ours stays in the log too', async () => {
    const text = await problem(new AppError('not-found', 'row 7 of tenant 9'), surroundings).text()
    expect(text).not.toContain('tenant 9')
  })

  test('says how long to wait in the header and in the body', async () => {
    const error = new AppError('rate-limited', 'too fast', { details: { retryAfterSeconds: 7 } })
    const response = problem(error, surroundings)
    expect(response.headers.get('retry-after')).toBe('7')
    expect(await response.json()).toMatchObject({ retryAfterSeconds: 7 })
  })

  test('names each wrong field in the language of the request', async () => {
    const issues = [{ path: 'email', code: 'email-malformed', params: {} }]
    const error = () => new AppError('invalid-input', 'bad', { details: { where: 'body', issues } })
    const english = await problem(error(), surroundings).json()
    const chinese = await problem(error(), { ...surroundings, locale: 'zh' }).json()
    expect(english).toMatchObject({ errors: [{ path: 'email', code: 'email-malformed' }] })
    expect(JSON.stringify(chinese)).toMatch(/[\u4e00-\u9fff]/)
    expect(JSON.stringify(english)).not.toMatch(/[\u4e00-\u9fff]/)
  })
})
