/* My own data as one page that opens anywhere: no script, no address, everything escaped. Written piece by piece, so that a big
   book never holds the screen. */
import { breathing } from '../../../actions/copy/breath'
import { fileName, type CopyFile, type Deed, type OwnBook, type OwnThings, type Telling } from '../../../actions/copy/copy'
import { claimedMinutes, type Doc, type EntryDoc, type NoteDoc, type ResultDoc } from '../../../sync/book'
import { momentOf, monthOf } from '../../../sync/days'
import { plannedMinutes, sumsOf } from '../../../sync/sums'
import { language, t, tOr } from '../../../texts'
import { stateOf } from '../../../use/book/book'
import { stateOfResult } from '../../../use/results/results'
import { moduleOf, placeOf, stateWord } from '../words/entry'
import { monthWord, timesOf } from '../words/moment'
import { outcomeOf, resultWord } from '../words/result'
import { entryHistory, resultHistory, type NameOf } from './history'
import { html, type Markup } from './markup'
import { STYLE, styleHash } from './style'
import { bothWords, minutesWord } from '../words/units'

const isEntry = (doc: Doc): doc is EntryDoc => doc.kind === 'entry'
const isResult = (doc: Doc): doc is ResultDoc => doc.kind === 'result'
const isNote = (doc: Doc): doc is NoteDoc => doc.kind === 'note'

function totalsTable({ head, docs }: OwnBook): Markup {
  const entries = docs.filter(isEntry).filter(({ state }) => state !== 'withdrawn')
  const known = head.plan?.modules ?? []
  const codes = [...new Set([...known.map(({ code }) => code), ...entries.map(({ content }) => content.module)])]
  const cells = (some: EntryDoc[], planned: number) => {
    const { logged, signed, credited } = sumsOf(some)
    return [planned, logged, signed, credited].map((minutes) => html`<td>${bothWords(minutes, head.plan)}</td>`)
  }
  const rows = codes.map((code) => {
    const module = known.find((one) => one.code === code)
    return html`<tr><td>${moduleOf(code, head.plan)}</td>${cells(entries.filter(({ content }) => content.module === code), module?.minutes ?? 0)}</tr>`
  })
  return html`<h3>${t('paper.modules')}</h3><div class="wide"><table><thead><tr><th>${t('paper.module')}</th>
    <th>${t('paper.planned')}</th><th>${t('sum.logged')}</th><th>${t('sum.signed')}</th><th>${t('sum.credited')}</th></tr></thead>
    <tbody>${rows}</tbody><tfoot><tr><td>${t('paper.all')}</td>${cells(entries, plannedMinutes(head.plan))}</tr></tfoot></table>
    </div>`
}

function sealsOf(entry: EntryDoc): Markup[] {
  const signed = entry.seals.map(({ struck }) => html`<span class="seal ${struck ? 'struck' : ''}">签</span>`)
  return entry.recognised ? [...signed, html`<span class="seal">认</span>`] : signed
}

function entryPart(book: OwnBook, entry: EntryDoc, nameOf: NameOf): Markup {
  const { day, module, text, photos, safety } = entry.content
  const { plan } = book.head
  const extras = [safety ? t('paper.safety') : '', photos.length ? t('paper.photos', { n: photos.length }) : ''].filter(Boolean).join(' · ')
  return html`<article><header>${day} ${timesOf(entry.content)} <span>${minutesWord(claimedMinutes(entry.content))}</span>
    <span class="state">${stateWord(stateOf(entry, book))}</span> <span>${sealsOf(entry)}</span></header>
    <p class="soft">${moduleOf(module, plan)} · ${placeOf(entry.content, plan)}</p>
    <p class="text">${text}</p>${extras && html`<p class="soft">${extras}</p>`}${entryHistory(entry, book.versions.get(entry.id) ?? [], nameOf)}</article>`
}

function resultPart(book: OwnBook, result: ResultDoc, nameOf: NameOf): Markup {
  const { competition, year, event, day } = result.content
  return html`<article><header>${competition} <span>${year} · ${event}</span>
    <span class="state">${resultWord(stateOfResult(result, book))}</span></header>
    <p>${day} · ${outcomeOf(result.content)}</p>${resultHistory(result, nameOf)}</article>`
}

const notePart = ({ by, at, text }: NoteDoc, nameOf: NameOf): Markup =>
  html`<article><p class="soft">${momentOf(at)} ${nameOf(by)}</p><p class="text">${text}</p></article>`

const DEEDS_AT_ONCE = 50

const deedRow = ({ at, kind, day, minutes, sent }: Deed): Markup =>
  html`<tr><td>${momentOf(at)}</td><td>${tOr(`kind.${kind}`, 'kind.other')}</td><td>${day ?? ''}</td><td>${minutes ?? ''}</td>
    <td>${t(sent ? 'paper.sent' : 'paper.not_sent')}</td></tr>`

/** Whoever has signed for years has thousands: never one piece. */
function* deedsParts(deeds: Deed[]): Generator<string> {
  if (!deeds.length) return
  yield html`<h2>${t('paper.deeds', { n: deeds.length })}</h2>`.text
  yield '<div class="wide"><table>'
  yield html`<thead><tr><th>${t('paper.when')}</th><th>${t('paper.what')}</th><th>${t('paper.day')}</th><th>${t('paper.count')}</th><th></th></tr></thead>`.text
  yield '<tbody>'
  for (let at = 0; at < deeds.length; at += DEEDS_AT_ONCE) {
    yield deeds.slice(at, at + DEEDS_AT_ONCE).map((deed) => deedRow(deed).text).join('')
  }
  yield '</tbody></table></div>'
}

function bookHead({ head }: OwnBook): Markup {
  const { occupation, level, from, to, plan } = head
  return html`<h2>${occupation} · ${level}</h2><dl><dt>${t('paper.period')}</dt><dd>${from} – ${to}</dd>${plan && html`<dt>${t('paper.plan')}</dt><dd>${plan.name}</dd>`}</dl>`
}

async function* bookParts(book: OwnBook, nameOf: NameOf): AsyncGenerator<Markup> {
  yield bookHead(book)
  yield totalsTable(book)
  const entries = book.docs.filter(isEntry).sort((a, b) => (a.content.day === b.content.day ? a.content.start - b.content.start : a.content.day < b.content.day ? -1 : 1))
  yield html`<h3>${t('paper.entries', { n: entries.length })}</h3>`
  if (!entries.length) yield html`<p>${t('paper.no_entries')}</p>`
  let month = ''
  for (const entry of entries) {
    const now = monthOf(entry.content.day)
    if (now !== month) yield html`<h3>${monthWord(now)}</h3>`
    month = now
    yield entryPart(book, entry, nameOf)
  }
  const results = book.docs.filter(isResult)
  if (results.length) yield html`<h3>${t('paper.results', { n: results.length })}</h3>`
  for (const result of results) yield resultPart(book, result, nameOf)
  const notes = book.docs.filter(isNote).sort((a, b) => a.at - b.at)
  if (notes.length) yield html`<h3>${t('paper.notes', { n: notes.length })}</h3>`
  for (const note of notes) yield notePart(note, nameOf)
}

async function pageHead(things: OwnThings, now: number): Promise<Markup> {
  const { person, unsent, synced_at } = things
  const policy = `default-src 'none'; style-src 'sha256-${await styleHash()}'; base-uri 'none'; form-action 'none'`
  const basis = synced_at === null ? t('paper.basis_never') : t('paper.basis', { at: momentOf(synced_at) })
  const title = t('paper.title')
  // The style is our own text: escaped it would have another hash.
  const style = `<style>${STYLE}</style>`
  const head = html`<!doctype html><html lang="${language.value}"><head><meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer">
    <title>${title} · ${person.name}</title>`
  const body = html`</head><body><h1>${title}</h1><dl><dt>${t('paper.who')}</dt><dd>${person.name}</dd>
    <dt>${t('paper.login')}</dt><dd>${person.login}</dd></dl><p class="soft">${t('paper.made', { at: momentOf(now) })}</p>
    <p class="soft">${basis}${unsent ? t('paper.unsent', { n: unsent }) : ''}</p>`
  return { text: head.text + style + body.text }
}

export async function writePaper(things: OwnThings, now: number, told: Telling): Promise<CopyFile> {
  const breath = breathing()
  const nameOf: NameOf = (id) => things.names.get(id) ?? (id === things.person.id ? things.person.name : '—')
  const parts = [(await pageHead(things, now)).text]
  const all = things.books.reduce((sum, { docs }) => sum + docs.length, 1 + things.deeds.length / DEEDS_AT_ONCE)
  const add = async (part: string) => {
    parts.push(part)
    if (parts.length % 20 === 0) told(Math.min(0.99, parts.length / all))
    await breath()
  }
  if (!things.books.length && !things.deeds.length) parts.push(html`<p>${t('paper.nothing')}</p>`.text)
  for (const book of things.books) for await (const part of bookParts(book, nameOf)) await add(`${part.text}\n`)
  for (const part of deedsParts(things.deeds)) await add(part)
  parts.push(html`<footer><p>${t('paper.foot')}</p></footer></body></html>`.text, '\n')
  told(1)
  return { name: fileName(things.person.login, now, 'html'), type: 'text/html;charset=utf-8', parts }
}
