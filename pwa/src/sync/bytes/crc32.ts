/* CRC-32 as in zlib: enough against a badly read picture, nothing against an attacker. */

const TABLE = Int32Array.from({ length: 256 }, (_, at) => {
  let value = at
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

export function crc32(raw: Uint8Array): number {
  let value = -1
  for (const byte of raw) value = TABLE[(value ^ byte) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}
