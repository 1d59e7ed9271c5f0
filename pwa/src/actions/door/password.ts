/* A new password: the server changes it, and ends every log-in but this one. */
import type { Refused } from '../refused'
import { isAnswer, refusedBy, type Door } from './door'

const LEAST = 8

/** What the server would say no to anyway can be said without asking it. */
export const isTooShort = (password: string): boolean => [...password].length < LEAST

export async function changePassword(door: Door, old: string, fresh: string): Promise<null | Refused> {
  const got = await door.post('/api/password', { old, new: fresh })
  return isAnswer(got) ? null : refusedBy(got)
}
