/* Which modules travel in one file. A slow line pays for every file it is asked for, so what is always needed together comes
   together: `shared` before anything is drawn, `door` for who has no account here, `home` for who has one. Whatever else there is
   stays with the screen that needs it. */
import { resolve } from 'node:path'
import type { Plugin } from 'vite'

export interface Chunks {
  entry: string
  /** Name of a file -> the modules it starts with. */
  parts: Record<string, string[]>
  /** Files the page names itself, so that they come while the entry is still on its way. */
  ahead: string[]
}

interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null
}

const VENDOR = 'vendor'
const SHARED = 'shared'
const STYLE = /\.css$|[?&]type=style\b/

/** These modules and all they import before they run. */
function closure(graph: Graph, roots: string[]): Set<string> {
  const found = new Set<string>()
  const waiting = [...roots]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id)) continue
    found.add(id)
    waiting.push(...(graph.getModuleInfo(id)?.importedIds ?? []))
  }
  return found
}

function place(graph: Graph, root: string, { entry, parts, ahead }: Chunks): Map<string, string> {
  const absolute = (path: string) => resolve(root, path)
  const places = new Map<string, string>()
  for (const [name, roots] of Object.entries(parts)) {
    // What two parts need belongs to neither.
    for (const id of closure(graph, roots.map(absolute))) places.set(id, places.has(id) ? SHARED : name)
  }
  for (const id of closure(graph, [absolute(entry)])) places.set(id, SHARED)
  // A style file more is a wait more: what is named ahead brings its styles with the first.
  for (const [id, name] of places) if (ahead.includes(name) && STYLE.test(id)) places.set(id, SHARED)
  for (const id of places.keys()) if (id.includes('/node_modules/')) places.set(id, VENDOR)
  return places
}

export function chunks(wanted: Chunks): Plugin {
  let places: Map<string, string> | undefined
  return {
    name: 'jiangji-chunks',
    apply: 'build',
    config: ({ root }) => ({
      build: {
        rolldownOptions: {
          output: {
            codeSplitting: {
              includeDependenciesRecursively: false,
              groups: [
                {
                  name(id, graph) {
                    places ??= place(graph, resolve(root ?? '.'), wanted)
                    return places.get(id) ?? (id.startsWith('\0rolldown/') ? VENDOR : null)
                  },
                },
              ],
            },
          },
        },
      },
    }),
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) =>
        Object.values(bundle ?? {}).flatMap((file) => {
          if (file.type !== 'chunk' || !wanted.ahead.includes(file.name)) return []
          const styles = [...(file.viteMetadata?.importedCss ?? [])]
          return [
            { tag: 'link', injectTo: 'head' as const, attrs: { rel: 'modulepreload', crossorigin: true, href: `/${file.fileName}` } },
            ...styles.map((name) => ({ tag: 'link', injectTo: 'head' as const, attrs: { rel: 'stylesheet', crossorigin: true, href: `/${name}` } })),
          ]
        }),
    },
  }
}
