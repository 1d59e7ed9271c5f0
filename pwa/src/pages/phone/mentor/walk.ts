/* A signer's way from one waiting entry to the next, as it stands in the address. */
import type { LocationQuery, RouteLocationRaw } from 'vue-router'

/** Which of the waiting ones he goes through: one apprentice's, or those a code named. */
export interface Walk {
  who?: string
  pick?: string
}

export const walkOf = ({ who, pick }: LocationQuery): Walk => ({
  ...(typeof who === 'string' && who ? { who } : {}),
  ...(typeof pick === 'string' && pick ? { pick } : {}),
})

export const entryPath = (book: string, id: string, walk: Walk = {}, back = false): RouteLocationRaw => ({
  path: `/sign/${book}/${id}`,
  query: { ...walk, ...(back ? { return: '1' } : {}) },
})
