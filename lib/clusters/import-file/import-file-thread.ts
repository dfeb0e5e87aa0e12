import { parentPort } from 'node:worker_threads'
import { AppError } from '#lib/errors.ts'
import { readImportFile } from './read-import-file.ts'
import type { FileToRead, ReadFile } from './read-import-file-apart.ts'

// A library that finds a fault in every character of a file makes millions of errors: where each was made is kept for none.
Error.stackTraceLimit = 0

/** The thread of `readImportFileApart`: reads one file, and is ended. */
parentPort?.once('message', ({ format, text, files }: FileToRead) => {
  parentPort?.postMessage(read(() => readImportFile(format, text, new Map(Object.entries(files)))))
})

function read(work: () => Extract<ReadFile, { rows: unknown }>['rows']): ReadFile {
  try {
    return { rows: work() }
  } catch (error) {
    if (error instanceof AppError && error.code === 'import-file-unreadable')
      return { message: error.message, details: error.details }
    throw error
  }
}
