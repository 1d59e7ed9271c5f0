/* The slip of paper a person comes with: an account and a code, typed, or in the link behind its picture. */
import { isAnswer, refusedBy, type Door } from './door'
import type { Refused } from '../refused'

export interface Slip {
  login: string
  code: string
}

const SLIP = /^(\S{1,64})\.([0-9A-Za-z-]{10,14})$/

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** The part after # of an activation link: `<login>.<code>`. */
export function readSlip(fragment: string): Slip | null {
  const [, login, code] = SLIP.exec(unescaped(fragment.replace(/^#/, ''))) ?? []
  return login && code ? { login, code } : null
}

export async function checkSlip(door: Door, slip: Slip): Promise<{ name: string } | Refused> {
  const got = await door.post<{ name: string }>('/api/activation/check', slip)
  return isAnswer(got) ? got.answer : refusedBy(got)
}
