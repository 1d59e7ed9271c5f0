/* What somebody typed or pasted under 扫一扫. Only our own origin is ever opened; everything else is named and left alone. */
import { readSlip } from '../door/slip'

export type Typed =
  | { as: 'nothing' | 'unclear' | 'exchange' }
  | { as: 'code'; code: string }
  /** `fragment` is what /activate reads; empty when only the code was typed. */
  | { as: 'activation'; fragment: string }
  | { as: 'page'; path: string }
  /** Its name only: never a link. */
  | { as: 'foreign'; name: string }

const SHORT_CODE = /^[0-9A-Za-z]{6}$/
const ACTIVATION_CODE = /^[0-9A-Za-z]{10}$/
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i
const LOOKS_LIKE_HOST = /^([\w-]+\.)+[a-z]{2,}(:\d+)?([/?#].*)?$/i

function readAddress(address: string, origin: string): Typed {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return { as: 'unclear' }
  }
  if (url.origin !== origin) return { as: 'foreign', name: url.host || url.protocol }
  if (url.pathname === '/activate') return { as: 'activation', fragment: readSlip(url.hash) ? url.hash : '' }
  if (url.pathname === '/q') return { as: 'exchange' }
  return { as: 'page', path: url.pathname + url.search }
}

export function readTyped(text: string, origin: string): Typed {
  const typed = text.trim()
  if (!typed) return { as: 'nothing' }
  const bare = typed.replace(/[\s\u2010-\u2015-]/g, '')
  if (SHORT_CODE.test(bare)) return { as: 'code', code: bare }
  if (ACTIVATION_CODE.test(bare)) return { as: 'activation', fragment: '' }
  const bareHost = new URL(origin).host
  if (typed === bareHost || typed.startsWith(`${bareHost}/`)) return readAddress(`${new URL(origin).protocol}//${typed}`, origin)
  if (HAS_SCHEME.test(typed)) return readAddress(typed, origin)
  if (readSlip(typed) && !typed.includes('/')) return { as: 'activation', fragment: `#${typed}` }
  return LOOKS_LIKE_HOST.test(typed) ? readAddress(`https://${typed}`, origin) : { as: 'unclear' }
}
