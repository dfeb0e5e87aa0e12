import { z } from 'zod'

/** Control characters, and those that turn the direction of text: a name with them could forge lines in logs and mails. */
const harmless = /^[^\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]*$/u

/** What people call a person, a team or a key: one line of 1 to 80 characters. */
export const shownName = z
  .string()
  .trim()
  .min(1, { error: 'name-required' })
  .max(80, { error: 'name-too-long' })
  .regex(harmless, { error: 'name-not-one-line' })
