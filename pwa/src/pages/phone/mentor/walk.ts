/* A signer's way from one waiting entry to the next, as it stands in the address. */
import type { LocationQuery, RouteLocationRaw } from 'vue-router'
import { askedOf } from '../../asked'

/** Which of the waiting ones he goes through: one apprentice's, or those a code named. */
export interface Walk {
  who?: string
  pick?: string
}

export function walkOf(query: LocationQuery): Walk {
  const who = askedOf(query, 'who')
  const pick = askedOf(query, 'pick')
  return { ...(who ? { who } : {}), ...(pick ? { pick } : {}) }
}

export const entryPath = (book: string, id: string, walk: Walk = {}, back = false): RouteLocationRaw => ({
  path: `/sign/${book}/${id}`,
  query: { ...walk, ...(back ? { return: '1' } : {}) },
})
