/* Texts a person uses again and again, kept for the account on this phone. */
import type { AccountDb } from '../../db/account/account'
import { changeTemplates } from '../../db/form/templates'
import type { Refused } from '../refused'
import { composed } from './text'

export const MOST_TEMPLATES = 20

/** The newest stands first; the same text twice is once. */
export async function addTemplate(db: AccountDb, written: string): Promise<null | Refused> {
  const text = composed(written)
  if (!text) return { refused: 'stray_character' }
  const full = await changeTemplates(db, (known) => (known.length >= MOST_TEMPLATES && !known.includes(text) ? null : [text, ...known.filter((one) => one !== text)]))
  return full ? { refused: 'template_full' } : null
}

export const dropTemplate = async (db: AccountDb, text: string): Promise<void> =>
  void (await changeTemplates(db, (known) => known.filter((one) => one !== text)))
