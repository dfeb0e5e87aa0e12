import { openPlace } from './object-store-suite-place.ts'

/** Uploads without end, and tells of it once the first parts are on their way; whoever started it kills it. */
const [place = '{}', key = ''] = process.argv.slice(2)
const upload = await openPlace(JSON.parse(place)).startUpload(key)
for (let written = 0; ; written += 1) {
  await upload.write(Buffer.alloc(1024 * 1024, written))
  if (written === 20) process.send?.(upload.id)
}
