/* A story about names: operations carry ids only, and whoever is a member of no book here is asked for by a screen that shows him. */
import type { AccountDb } from '../../db/account/account'
import { putPeople } from '../../db/account/meta'
import { isAnswer, type Door } from '../door/door'

interface People {
  items: { id: string; name: string }[]
  next: string | null
}

const MOST_PAGES = 20

export async function learnNames(door: Door, db: AccountDb): Promise<void> {
  let after = ''
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const got = await door.get<People>(`/api/people?limit=200&after=${encodeURIComponent(after)}`)
    if (!isAnswer(got) || !Array.isArray(got.answer.items)) return
    await putPeople(db, got.answer.items)
    if (!got.answer.next) return
    after = got.answer.next
  }
}
