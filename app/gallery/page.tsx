import { notFound } from 'next/navigation'
import { config } from '#lib/config.ts'
import { Gallery } from './_components/gallery.tsx'

/** All building blocks on one page, for those who build with them. */
export default function GalleryPage() {
  if (config().nodeEnv === 'production') notFound()
  return <Gallery />
}
