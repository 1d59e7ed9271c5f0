/* Nearly the same text as an earlier entry? Counted by the pairs of characters two texts share; punctuation and spaces do not count.
   Bounded: at most 1,500 earlier texts, at most 200 characters of each, and each is taken apart once. */
export interface Earlier {
  id: string
  day: string
  text: string
}

const MOST_EARLIER = 1500
const MOST_CHARACTERS = 200
const FEWEST_CHARACTERS = 6
const NEARLY_PERCENT = 85

const clean = (text: string): string[] => [...text.normalize('NFKC').toLowerCase().replace(/[\s\p{P}\p{S}]+/gu, '')].slice(0, MOST_CHARACTERS)

/** What two texts have in common that differ only in spaces, signs and the size of letters. */
export const alike = (text: string): string => clean(text).join('')

let known = new Map<string, ReadonlySet<string>>()

function pairsOf(text: string): ReadonlySet<string> {
  const before = known.get(text)
  if (before) return before
  const characters = clean(text)
  const pairs = new Set(characters.slice(1).map((character, at) => `${characters[at]}${character}`))
  if (known.size > 2 * MOST_EARLIER) known = new Map()
  known.set(text, pairs)
  return pairs
}

/** 0–100: twice what both have, of what either has. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  // Too different in length to come near: no need to look closer.
  if (Math.min(a.size, b.size) * 200 < NEARLY_PERCENT * (a.size + b.size)) return 0
  let shared = 0
  for (const pair of a) if (b.has(pair)) shared += 1
  return Math.floor((shared * 200) / (a.size + b.size))
}

/** The likest earlier text, when it is nearly the same; of equals the first, so the newest comes first in the list. */
export function nearlySame(text: string, earlier: Earlier[]): Earlier | null {
  if (clean(text).length < FEWEST_CHARACTERS) return null
  const mine = pairsOf(text)
  let best: Earlier | null = null
  let most = NEARLY_PERCENT - 1
  for (const one of earlier.slice(0, MOST_EARLIER)) {
    const percent = likeness(mine, pairsOf(one.text))
    if (percent > most) [best, most] = [one, percent]
  }
  return best
}
