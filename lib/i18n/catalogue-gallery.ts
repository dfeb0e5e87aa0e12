import type { Locale } from './locale.ts'
import en from './messages/en/gallery.json' with { type: 'json' }
import zh from './messages/zh/gallery.json' with { type: 'json' }

/** Words of the gallery of building blocks: apart from the others, since only developers ever load them. */
export const galleryMessages: Record<Locale, typeof en> = { en, zh }
