import { openPlace } from './object-store-suite-place.ts'

/** Uploads and reads back so many bytes in a process of its own, and tells how much memory that took beyond what was there. */
const [place = '{}', key = '', size = '0'] = process.argv.slice(2)
const store = openPlace(JSON.parse(place))
const piece = Buffer.alloc(1024 * 1024, 7)

async function upload(name: string, sizeBytes: number): Promise<void> {
  await using begun = await store.startUpload(name)
  for (let written = 0; written < sizeBytes; written += piece.length) await begun.write(piece)
  await begun.complete({ ifAbsent: true })
}

async function read(name: string): Promise<number> {
  let bytes = 0
  for await (const part of await store.read(name)) bytes += part.length
  return bytes
}

await upload(`${key}-first`, piece.length)
await read(`${key}-first`)
const before = process.memoryUsage.rss()
let peak = before
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20)
await upload(key, Number(size))
const uploadGrowthBytes = peak - before
const bytes = await read(key)
clearInterval(watch)
store.close()
process.send?.({ uploadGrowthBytes, growthBytes: peak - before, bytes })
