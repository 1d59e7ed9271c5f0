/* What is looked after once an exchange went well: a certificate that runs out, a member whose name is unknown. */
import type { AccountDb } from '../db/account/account'
import { readHeads } from '../db/book/docs'
import { putCertificate, readKey } from '../db/account/keys'
import { putMeta, putPeople, readMeta, readPeople } from '../db/account/meta'
import { wantsRenewal } from '../device/certificate'
import { enrolmentProof, type DeviceKey } from '../device/key'
import { asHeard } from '../sync/own'
import type { Issued, PeoplePage } from './api'
import { ask } from './door'
import type { Line } from './exchange'

const MOST_PAGES = 20

const renew = ({ fetching, account }: Line, key: DeviceKey) => ask<Issued>(fetching, `/api/devices/${key.id}/certificate`, { account })

/** The log-in could not finish enrolling this key; until it is known, nothing can be written here, and a form says why. */
async function enrol({ db, fetching, account }: Line, key: DeviceKey, now: number) {
  const login = (await readMeta(db, 'person'))?.login ?? ''
  const shared = (await readMeta(db, 'shared')) === true
  const proof = await enrolmentProof(key, login, now)
  const got = await ask<Issued>(fetching, '/api/devices', { account, body: { proof, label: '', shared } })
  if (got.as === 'refused') await putMeta(db, 'enrol_word', asHeard(got.word))
  return got
}

export async function renewCertificate(line: Line, now: number): Promise<void> {
  const { db } = line
  const key = await readKey(db)
  if (!key || !wantsRenewal(key.certificate, now)) return
  const got = key.certificate === null ? await enrol(line, key, now) : await renew(line, key)
  if (got.as === 'answer' && typeof got.answer.certificate === 'string') await putCertificate(db, got.answer.certificate)
}

async function membersWithoutName(db: AccountDb): Promise<boolean> {
  const named = new Set((await readPeople(db)).map((person) => person.id))
  const heads = await readHeads(db)
  return heads.some((book) => book.members.some((member) => !named.has(member.person)))
}

/** Names never travel in ops; they come from their own list, asked for only when a face has none. */
export async function learnNames({ db, fetching, account }: Line): Promise<void> {
  if (!(await membersWithoutName(db))) return
  let after = ''
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const path = `/api/people?limit=200&after=${encodeURIComponent(after)}`
    const got = await ask<PeoplePage>(fetching, path, { method: 'GET', account })
    if (got.as !== 'answer' || !Array.isArray(got.answer.items)) return
    await putPeople(db, got.answer.items)
    if (!got.answer.next) return
    after = got.answer.next
  }
}
