/* Build the service worker after the shell: list what belongs to the offline shell, then bundle the worker with that
   list inside. Kept small on purpose: the ready-made plugins pull in a second bundler and reload every open tab. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build, type Plugin, type ResolvedConfig, type Rolldown } from 'vite'

export interface Shell {
  source: string
  include: RegExp
  /** Where another app begins behind the same door: what only it asks for stays out of the shell. */
  apart: RegExp
  maxBytes: number
}

interface ShellFile {
  url: string
  revision: string | null
}

const WORKER = 'sw.js'
// Names that already carry a hash of the content need no revision of their own.
const HASHED = /^assets\/.+-[\w-]{8}\.\w+$/

const filesUnder = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? filesUnder(path) : [path]
    })

function shellFile(out: string, name: string, maxBytes: number): ShellFile {
  const bytes = readFileSync(join(out, name))
  if (bytes.length > maxBytes) throw new Error(`offline shell: ${name} has ${bytes.length} bytes`)
  const revision = HASHED.test(name) ? null : createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { url: `/${name}`, revision }
}

/** Files that are asked for from here on, as far as `stop`. */
function reach(bundle: Rolldown.OutputBundle, starts: string[], stop?: string): Set<string> {
  const found = new Set<string>()
  const waiting = [...starts]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === stop || found.has(name)) continue
    found.add(name)
    const file = bundle[name]
    if (file?.type === 'chunk') waiting.push(...file.imports, ...file.dynamicImports, ...(file.viteMetadata?.importedCss ?? []))
  }
  return found
}

function onlyApart(bundle: Rolldown.OutputBundle, apart: RegExp): Set<string> {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
  const door = chunks.find((file) => apart.test(file.facadeModuleId ?? ''))?.fileName
  if (!door) throw new Error('offline shell: nothing begins where another app should')
  const common = reach(bundle, chunks.filter((file) => file.isEntry).map((file) => file.fileName), door)
  return new Set([...reach(bundle, [door])].filter((name) => !common.has(name)))
}

function listShell(out: string, shell: Shell, apart: ReadonlySet<string>): ShellFile[] {
  return filesUnder(out)
    .map((path) => relative(out, path).split('\\').join('/'))
    .filter((name) => name !== WORKER && shell.include.test(name) && !apart.has(name))
    .map((name) => shellFile(out, name, shell.maxBytes))
}

const buildWorker = (config: ResolvedConfig, shell: Shell, out: string, files: ShellFile[]) =>
  build({
    configFile: false,
    root: config.root,
    logLevel: 'warn',
    publicDir: false,
    define: {
      'self.__WB_MANIFEST': JSON.stringify(files),
      'process.env.NODE_ENV': '"production"',
    },
    build: {
      outDir: out,
      emptyOutDir: false,
      target: config.build.target,
      reportCompressedSize: false,
      lib: { entry: resolve(config.root, shell.source), formats: ['iife'], name: 'sw', fileName: () => WORKER },
    },
  })

export function pwa(shell: Shell): Plugin {
  let config: ResolvedConfig
  let apart: ReadonlySet<string> = new Set()
  return {
    name: 'jiangji-pwa',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved
    },
    generateBundle(_, bundle) {
      apart = onlyApart(bundle, shell.apart)
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const out = resolve(config.root, config.build.outDir)
        const files = listShell(out, shell, apart)
        await buildWorker(config, shell, out, files)
        config.logger.info(`offline shell: ${files.length} files`)
      },
    },
  }
}
