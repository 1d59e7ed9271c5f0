/* What a person is in the books of this phone: somebody's apprentice, somebody's mentor, one who serves at a base, or a base's kiosk. */
import type { AccountDb } from '../../db/account/account'
import { readAllHeads, type Heads } from '../../db/book/docs'
import { membersOf, SIGNERS, type BookDoc } from '../../sync/book'

export interface Roles {
  apprentice: boolean
  mentor: boolean
  /** Opens sessions at a base. */
  trainer: boolean
  /** No person at all: the screen at a base's door. */
  kiosk: boolean
}

export function rolesIn({ books, bases }: Heads, person: string): Roles {
  const signs = (head: BookDoc) => membersOf(head, person).some(({ role }) => SIGNERS.has(role))
  const staff = bases.flatMap((base) => membersOf(base, person)).map(({ role }) => role)
  return {
    apprentice: books.some((head) => head.apprentice === person),
    mentor: books.some(signs),
    trainer: staff.some((role) => role !== 'kiosk'),
    kiosk: staff.includes('kiosk'),
  }
}

export const readRoles = async (db: AccountDb, person: string): Promise<Roles> => rolesIn(await readAllHeads(db), person)

/** Has a mentor's tabs: whoever signs or teaches and learns nothing himself. */
export const onlyMentor = ({ apprentice, mentor, trainer }: Roles): boolean => (mentor || trainer) && !apprentice

export const onlyKiosk = ({ apprentice, mentor, trainer, kiosk }: Roles): boolean => kiosk && !apprentice && !mentor && !trainer
