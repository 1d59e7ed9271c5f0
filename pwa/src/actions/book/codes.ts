/* Six characters read off one phone and typed into another: which entries of which book are meant. Needs a network on both. */
import { isAnswer, refusedBy, type Door } from '../door/door'
import type { Refused } from '../refused'

/** As many as the server lets one code stand for. */
export const MOST_SHOWN = 20

export interface ShownCode {
  code: string
  until: number
}

export interface OpenedCode {
  book: string
  entries: string[]
}

export async function showCode(door: Door, book: string, entries: string[]): Promise<ShownCode | Refused> {
  const got = await door.post<ShownCode>('/api/codes', { book, entries: entries.slice(0, MOST_SHOWN) })
  return isAnswer(got) ? got.answer : refusedBy(got)
}

export async function openCode(door: Door, code: string): Promise<OpenedCode | Refused> {
  const got = await door.post<OpenedCode>('/api/codes/open', { code })
  return isAnswer(got) ? got.answer : refusedBy(got)
}
