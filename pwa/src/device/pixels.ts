/* Pictures as pixels: what the camera sees now, and what is in a file. */

/** As much of a photo as a reader can use in a second. */
const MOST_SIDE = 2200
const MOST_FILE_BYTES = 80 * 1024 * 1024

let canvas: HTMLCanvasElement | undefined

function draw(source: CanvasImageSource, width: number, height: number): ImageData | null {
  canvas ??= document.createElement('canvas')
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return null
  pen.drawImage(source, 0, 0, width, height)
  return pen.getImageData(0, 0, width, height)
}

/** Null as long as no picture has arrived. */
export function grab(video: HTMLVideoElement): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video
  return width && height && video.readyState >= 2 ? draw(video, width, height) : null
}

/** Null when this browser cannot read the file as a picture. */
export function pixelsOf(file: Blob): Promise<ImageData | null> {
  if (file.size === 0 || file.size > MOST_FILE_BYTES) return Promise.resolve(null)
  const url = URL.createObjectURL(file)
  return new Promise<ImageData | null>((resolve) => {
    const image = new Image()
    image.onerror = () => resolve(null)
    image.onload = () => {
      const { naturalWidth: width, naturalHeight: height } = image
      const scale = Math.min(1, MOST_SIDE / Math.max(width, height, 1))
      resolve(width && height ? draw(image, Math.round(width * scale), Math.round(height * scale)) : null)
    }
    image.src = url
  })
    .catch(() => null)
    .finally(() => URL.revokeObjectURL(url))
}
