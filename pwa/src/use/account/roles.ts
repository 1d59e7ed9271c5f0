/* What a person is in the books of this phone: somebody's apprentice, somebody's mentor, or both. */
import type { AccountDb } from '../../db/account/account'
import { readHeads } from '../../db/book/docs'
import { SIGNERS, type BookDoc } from '../../sync/book'

export interface Roles {
  apprentice: boolean
  mentor: boolean
}

export function rolesIn(heads: BookDoc[], person: string): Roles {
  const signs = (head: BookDoc) => head.members.some((member) => member.person === person && SIGNERS.has(member.role))
  return { apprentice: heads.some((head) => head.apprentice === person), mentor: heads.some(signs) }
}

export const readRoles = async (db: AccountDb, person: string): Promise<Roles> => rolesIn(await readHeads(db), person)

export const onlyMentor = ({ apprentice, mentor }: Roles): boolean => mentor && !apprentice
