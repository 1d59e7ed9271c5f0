/* A photo made small enough to travel: at most 1600 px and 300 KB, JPEG, upright, without what the camera wrote beside it (place,
   time, serial number): only its pixels are drawn again. Decoding, scaling and encoding are the browser's own work beside the page's. */
import { hashOf, type Bytes } from './bytes'

export interface Shrunk {
  /** base64url(SHA-256) of `bytes`. */
  hash: string
  bytes: Bytes
  thumb: Bytes
}

const MOST_PIXELS = 1600
const MOST_BYTES = 300_000
const THUMB_PIXELS = 240
const QUALITIES = [0.82, 0.72, 0.6, 0.48]
/** What no camera of a phone makes; decoding it could take the page's memory. */
const MOST_SOURCE_BYTES = 80 * 1024 * 1024
const MOST_SOURCE_PIXELS = 120_000_000

interface Size {
  width: number
  height: number
}

const fit = ({ width, height }: Size, most: number): Size => {
  const scale = Math.min(1, most / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Reads only the head of the file: the size as it will be seen, turned upright. */
function look(url: string): Promise<HTMLImageElement | null> {
  return new Promise((resolve) => {
    const image = new Image()
    image.onload = () => resolve(image.naturalWidth > 0 ? image : null)
    image.onerror = () => resolve(null)
    image.src = url
  })
}

type Drawable = ImageBitmap | HTMLImageElement | HTMLCanvasElement

const release = (drawn: Drawable): void => {
  if ('close' in drawn) drawn.close()
}

/** Decoded beside the page and scaled on the way. Where the browser cannot, the picture itself is drawn, which takes longer. */
async function decode(file: Blob, image: HTMLImageElement, size: Size): Promise<Drawable> {
  const { width, height } = size
  try {
    const wish = { imageOrientation: 'from-image', resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' } as const
    const bitmap = await createImageBitmap(file, wish)
    if (bitmap.width === width && bitmap.height === height) return bitmap
    bitmap.close()
  } catch {
    // An older browser knows no such wish.
  }
  await image.decode?.()
  return image
}

function draw(source: Drawable, { width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  // What is see-through in a PNG would turn black in a JPEG.
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, width, height)
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(source, 0, 0, width, height)
  return canvas
}

const encode = (canvas: HTMLCanvasElement, quality: number): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no jpeg'))), 'image/jpeg', quality)
  })

/** The best quality that fits; a picture that never does is drawn smaller. */
async function squeeze(source: Drawable, size: Size): Promise<Blob> {
  const canvas = draw(source, size)
  for (const quality of QUALITIES) {
    const blob = await encode(canvas, quality)
    if (blob.size <= MOST_BYTES) return blob
  }
  return squeeze(canvas, fit(size, Math.max(size.width, size.height) * 0.75))
}

const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer())

/** Null when this browser cannot read the file as a picture (HEIC, RAW, a film, a broken one). */
export async function shrink(file: Blob): Promise<Shrunk | null> {
  if (file.size === 0 || file.size > MOST_SOURCE_BYTES) return null
  const url = URL.createObjectURL(file)
  try {
    const image = await look(url)
    if (!image) return null
    const seen = { width: image.naturalWidth, height: image.naturalHeight }
    if (seen.width * seen.height > MOST_SOURCE_PIXELS) return null
    const size = fit(seen, MOST_PIXELS)
    const source = await decode(file, image, size)
    const bytes = await bytesOf(await squeeze(source, size))
    const thumb = await bytesOf(await encode(draw(source, fit(size, THUMB_PIXELS)), 0.7))
    release(source)
    return { hash: await hashOf(bytes), bytes, thumb }
  } catch {
    return null
  } finally {
    URL.revokeObjectURL(url)
  }
}
