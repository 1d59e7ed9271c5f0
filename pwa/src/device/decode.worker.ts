/* Reads codes beside the page. The compiled reader sees small and dark codes; until it has started, or where it cannot, a smaller one
   written in plain script reads. */
import decodeQr from 'qr/decode.js'
import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { Asked, Told } from './decode'

/** Without downscaling and denoising it misses small codes in poor light. */
const HOW: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: true,
  tryDenoise: true,
  maxNumberOfSymbols: 1,
}
const PLAIN_MS = 200

let compiled = false

prepareZXingModule({ overrides: { locateFile: (path: string, folder: string) => (path.endsWith('.wasm') ? wasmUrl : folder + path) }, fireImmediately: true })
  .then(() => (compiled = true))
  .catch(() => undefined)

function readPlainly({ data, width, height }: ImageData): string | null {
  try {
    return decodeQr({ data, width, height }, { timeLimit: PLAIN_MS })
  } catch {
    return null
  }
}

async function read(picture: ImageData): Promise<Told> {
  if (!compiled) return { text: readPlainly(picture), by: 'plain' }
  const found = await readBarcodes(picture, HOW)
  return { text: found.find(({ isValid }) => isValid)?.text ?? null, by: 'compiled' }
}

self.onmessage = async ({ data }: MessageEvent<Asked>) => {
  const picture = new ImageData(data.pixels, data.width, data.height)
  self.postMessage(await read(picture).catch((): Told => ({ text: readPlainly(picture), by: 'plain' })))
}
