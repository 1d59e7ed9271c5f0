/* The pictures of a transfer, read back by the decoder that the camera uses. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { drawn, QUIET, type Picture } from '../../src/components/meet/code'
import { cut, KINDS } from '../../src/sync/envelope'
import { ORIGIN } from './cast'

beforeAll(() => {
  const wasmBinary = new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))).buffer
  prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true })
})

const MODULE = 3

function photo({ size, dark }: Picture): ImageData {
  const side = (size + 2 * QUIET) * MODULE
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const [row, column] = [Math.floor(y / MODULE) - QUIET, Math.floor(x / MODULE) - QUIET]
      const inside = row >= 0 && column >= 0 && row < size && column < size
      if (inside && dark(row, column)) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
    }
  }
  return { data, width: side, height: side, colorSpace: 'srgb' } as ImageData
}

const transfer = (bytes: number) => {
  const deflated = Uint8Array.from({ length: bytes }, (_, at) => (at * 167 + 13) % 251)
  return cut(deflated, KINDS.entries, 7)!.map((digits) => `${ORIGIN}/q#${digits}`)
}

describe('the pictures of a transfer', () => {
  it.each([1, 90, 528, 529, 1500, 5000])('of %i bytes say what was given', async (bytes) => {
    const texts = transfer(bytes)
    const read: string[] = []
    for (const picture of drawn(texts)) read.push((await readBarcodes(photo(picture), { formats: ['QRCode'] }))[0]?.text ?? '')
    expect(read).toEqual(texts)
  })

  it('are all of one size, and a full frame is no larger than it need be', () => {
    const sizes = new Set(drawn(transfer(1500)).map(({ size }) => size))
    expect(sizes.size).toBe(1)
    expect([...sizes][0]).toBeLessThanOrEqual(89)
  })
})
