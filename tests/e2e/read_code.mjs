/* Prints what the QR codes in the given pictures say, a line each: node read_code.mjs PWA_FOLDER a.png b.png … */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const [pwa, ...pictures] = process.argv.slice(2)
const installed = createRequire(`${pwa}/package.json`)
const { prepareZXingModule, readBarcodes } = await import(pathToFileURL(installed.resolve('zxing-wasm/reader')).href)
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(installed.resolve('zxing-wasm/reader/zxing_reader.wasm'))).buffer } })
for (const picture of pictures) {
  const [found] = await readBarcodes(new Uint8Array(readFileSync(picture)), { formats: ['QRCode'] })
  process.stdout.write(`${found?.text ?? ''}\n`)
}
