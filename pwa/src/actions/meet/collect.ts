/* Pictures of another phone's screen become one transfer: frames in any order, twice, of two transfers mixed. Only texts of our own
   origin are looked at, and nothing is ever opened. */
import { inflate } from '../../device/deflate'
import { join, MOST_INFLATED, readFrame, type Frame } from '../../sync/envelope'

/** Where the codes of this product point, so that a system camera opens it. */
export const PATH = '/q#'

const MOST_TRANSFERS = 4
const PATIENCE_MS = 3 * 60_000

export type ScanWord = 'foreign' | 'not_ours' | 'newer' | 'damaged'

export type Heard =
  | { as: 'part'; kind: number; transfer: number; have: number; count: number }
  | { as: 'whole'; kind: number; transfer: number; raw: Uint8Array }
  | { as: 'trouble'; word: ScanWord }

interface Coming {
  frames: Map<number, Frame>
  at: number
}

export class Collector {
  private readonly prefix: string
  private readonly coming = new Map<string, Coming>()

  constructor(origin: string) {
    this.prefix = `${origin}${PATH}`
  }

  hear(text: string, now: number): Heard {
    if (!text.startsWith(this.prefix)) return { as: 'trouble', word: /^[\w+.-]+:/.test(text) ? 'foreign' : 'not_ours' }
    const frame = readFrame(text.slice(this.prefix.length))
    if (typeof frame === 'string') return { as: 'trouble', word: frame === 'mixed' ? 'damaged' : frame }
    const { kind, transfer, count } = frame
    const name = `${kind}.${transfer}.${count}`
    const { frames } = this.follow(name, now)
    const known = frames.get(frame.number)
    // Another content under the same number: one of the two was read wrongly, so both are read again.
    if (known && known.chunk.join() !== frame.chunk.join()) frames.delete(frame.number)
    else frames.set(frame.number, frame)
    if (frames.size < count) return { as: 'part', kind, transfer, have: frames.size, count }
    const raw = this.finish([...frames.values()])
    this.coming.delete(name)
    return raw ? { as: 'whole', kind, transfer, raw } : { as: 'trouble', word: 'damaged' }
  }

  private follow(name: string, now: number): Coming {
    for (const [other, { at }] of this.coming) if (now - at > PATIENCE_MS) this.coming.delete(other)
    const coming = this.coming.get(name) ?? { frames: new Map<number, Frame>(), at: now }
    coming.at = now
    this.coming.delete(name)
    this.coming.set(name, coming)
    const [oldest] = this.coming.keys()
    if (this.coming.size > MOST_TRANSFERS && oldest !== undefined) this.coming.delete(oldest)
    return coming
  }

  private finish(frames: Frame[]): Uint8Array | null {
    const deflated = join(frames)
    return deflated instanceof Uint8Array ? inflate(deflated, MOST_INFLATED) : null
  }
}
