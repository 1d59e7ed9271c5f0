/* Markup that cannot be broken out of: only `html` makes it, and whatever stands in it is escaped unless `html` made it too. */
export class Markup {
  constructor(readonly text: string) {}
}

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => NAMED[sign] ?? sign)

type Filling = Markup | string | number | Markup[] | null | false

function filled(filling: Filling): string {
  if (filling === null || filling === false) return ''
  if (filling instanceof Markup) return filling.text
  if (Array.isArray(filling)) return filling.map(({ text }) => text).join('')
  return escaped(String(filling))
}

/** A line break in our own text is for whoever reads it here. */
const joined = (text: string): string => text.replace(/\n\s*/g, '')

export const html = (texts: TemplateStringsArray, ...fillings: Filling[]): Markup =>
  new Markup(texts.map((text, at) => joined(text) + (at < fillings.length ? filled(fillings[at] ?? null) : '')).join(''))
