import type { Messages } from './catalogue-en.ts'
import common from './messages/zh/common.json' with { type: 'json' }
import errors from './messages/zh/errors.json' with { type: 'json' }
import ui from './messages/zh/ui.json' with { type: 'json' }

import validation from './messages/zh/validation.json' with { type: 'json' }

/** Every Chinese namespace; the type makes a missing word a compile error. */
export const messages: Messages = { common, errors, ui, validation }
