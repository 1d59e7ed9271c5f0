/* Text as it goes into an op: composed (NFC), without stray halves of characters, which no other program could read back. */
const STRAY = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:^|[^\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** null when the text cannot be written down faithfully. */
export function composed(text: string): string | null {
  return STRAY.test(text) ? null : text.trim().normalize('NFC')
}
