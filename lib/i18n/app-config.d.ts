import type { Messages as AppMessages } from './catalogue-en.ts'
import type { galleryMessages } from './catalogue-gallery.ts'
import type { Locale as AppLocale } from './locale.ts'

declare module 'use-intl' {
  interface AppConfig {
    Locale: AppLocale
    Messages: AppMessages & { gallery: (typeof galleryMessages)['en'] }
  }
}
