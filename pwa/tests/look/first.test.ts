/* The first screens find every sentence they say in the part that comes first, in both languages. */
import { describe, expect, it } from 'vitest'
import { en } from '../../src/texts/en/index'
import { first as english } from '../../src/texts/en/first'
import { zh } from '../../src/texts/zh/index'
import { first as chinese } from '../../src/texts/zh/first'

const SOURCES: Record<string, string> = import.meta.glob('../../src/**/*.{ts,vue}', { query: '?raw', import: 'default', eager: true })
const ROOTS = ['main.ts', 'inside.ts', ...['Frame', 'today/Today', 'door/LogIn', 'door/Activate', 'door/Accounts'].map((name) => `pages/phone/${name}.vue`)]
const IMPORTED = /^import (?!type\b)[^'"();]*?'(\.[^']+)'/gm

const sourceAt = (path: string) => Object.keys(SOURCES).find((name) => [path, `${path}.ts`, `${path}/index.ts`].some((wanted) => name.endsWith(`/src/${wanted}`)))

function resolve(from: string, wanted: string): string {
  const parts = from.split('/src/')[1]!.split('/').slice(0, -1)
  for (const part of wanted.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}

function closure(): string[] {
  const found = new Set<string>()
  const waiting = ROOTS.map((root) => sourceAt(root)!)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue
    found.add(name)
    for (const [, wanted] of SOURCES[name]!.matchAll(IMPORTED)) {
      const path = resolve(name, wanted!)
      const source = path.startsWith('texts') ? undefined : sourceAt(path)
      if (source) waiting.push(source)
    }
  }
  return [...found]
}

/** Keys written out, and all that begin like one made at run time. */
function keysIn(source: string): string[] {
  const written = [...source.matchAll(/'([\w.]+)'/g)].map(([, key]) => key!).filter((key) => key in zh)
  const begun = [...source.matchAll(/`([\w]+\.)\$\{/g)].flatMap(([, start]) => Object.keys(zh).filter((key) => key.startsWith(start!) && !key.slice(start!.length).includes('.')))
  return [...written, ...begun]
}

describe('the first screens', () => {
  const screens = closure().filter((name) => /\/src\/(pages|use)\//.test(name))
  const keys = new Set(screens.flatMap((name) => keysIn(SOURCES[name]!)))

  it('are read with all they import', () => {
    expect(screens.length).toBeGreaterThan(30)
    for (const key of ['login.enter', 'status.offline', 'sum.credited', 'accounts.all', 'sign.count']) expect(keys).toContain(key)
    expect(keys).not.toContain('month.open')
  })

  it.each([['zh-CN', chinese], ['en', english]])('have what they say at once in %s', (_, first) => {
    expect([...keys].filter((key) => !(key in first))).toEqual([])
  })

  it('say the same when the rest has come', () => {
    expect(zh).toMatchObject(chinese)
    expect(en).toMatchObject(english)
  })
})
