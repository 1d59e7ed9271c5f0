/* Packs what was built, once and as tight as can be: beside each file that shrinks stand its .br and .gz, and the server sends the
   one a browser understands. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin, ResolvedConfig } from 'vite'

const SHRINKS = /\.(js|css|html|svg|wasm|webmanifest)$/
/** What fits into one packet comes no sooner when it is smaller. */
const LEAST_BYTES = 1000

const PACKERS: Record<string, (bytes: Buffer) => Buffer> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  gz: (bytes) => gzipSync(bytes, { level: 9 }),
}

function packFile(path: string): void {
  const bytes = readFileSync(path)
  if (bytes.length < LEAST_BYTES) return
  for (const [kind, pack] of Object.entries(PACKERS)) writeFileSync(`${path}.${kind}`, pack(bytes))
}

export function pack(): Plugin {
  let config: ResolvedConfig
  return {
    name: 'jiangji-pack',
    apply: 'build',
    enforce: 'post',
    configResolved(resolved) {
      config = resolved
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      handler() {
        const out = resolve(config.root, config.build.outDir)
        const names = readdirSync(out, { recursive: true, encoding: 'utf-8' })
        for (const name of names) if (SHRINKS.test(name)) packFile(join(out, name))
      },
    },
  }
}
