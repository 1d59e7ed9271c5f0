/* Build the service worker after the shell: list what belongs to the offline shell, then bundle the worker with that
   list inside. Kept small on purpose: the ready-made plugins pull in a second bundler and reload every open tab. */
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build, type Plugin, type ResolvedConfig } from 'vite'

export interface Shell {
  source: string
  include: RegExp
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

function listShell(out: string, shell: Shell): ShellFile[] {
  return filesUnder(out)
    .map((path) => relative(out, path).split('\\').join('/'))
    .filter((name) => name !== WORKER && shell.include.test(name))
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
  return {
    name: 'jiangji-pwa',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const out = resolve(config.root, config.build.outDir)
        const files = listShell(out, shell)
        await buildWorker(config, shell, out, files)
        config.logger.info(`offline shell: ${files.length} files`)
      },
    },
  }
}
