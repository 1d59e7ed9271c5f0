/* What an address asks for. */
import type { LocationQuery } from 'vue-router'

/** Empty where it is not there, or there twice. */
export const askedOf = (query: LocationQuery, name: string): string => {
  const asked = query[name]
  return typeof asked === 'string' ? asked : ''
}
