/* The pictures of a transfer: all of one size, so that nothing jumps while they take turns, each with as much correction as that
   size still holds. Digits go in as digits: three of them take ten bits. */
import { create, type QRCode, type QRCodeErrorCorrectionLevel, type QRCodeSegment } from 'qrcode'

/** Light modules around a code, without which scanners do not find it. */
export const QUIET = 4

export interface Picture {
  /** Modules along one side, without the quiet zone. */
  size: number
  dark: (row: number, column: number) => boolean
}

const DIGITS = /^(.*?)(\d*)$/s
const CORRECTIONS: QRCodeErrorCorrectionLevel[] = ['H', 'Q', 'M', 'L']

function segmentsOf(text: string): QRCodeSegment[] {
  const [, head = '', digits = ''] = DIGITS.exec(text) ?? []
  return [
    ...(head ? [{ data: new TextEncoder().encode(head), mode: 'byte' } as const] : []),
    ...(digits ? [{ data: digits, mode: 'numeric' } as const] : []),
  ]
}

function inVersion(segments: QRCodeSegment[], version: number): QRCode {
  for (const errorCorrectionLevel of CORRECTIONS) {
    try {
      return create(segments, { errorCorrectionLevel, version })
    } catch {
      // More correction than this size has room for.
    }
  }
  throw new Error('the size was taken from the largest of the texts')
}

export function drawn(texts: readonly string[]): Picture[] {
  const all = texts.map(segmentsOf)
  const version = Math.max(...all.map((segments) => create(segments, { errorCorrectionLevel: 'L' }).version))
  return all.map((segments) => {
    const { modules } = inVersion(segments, version)
    return { size: modules.size, dark: (row, column) => Boolean(modules.get(row, column)) }
  })
}
