// Prints the functions of .ts and .vue files that are longer than allowed, one a line.
//   node functions.mjs <folder of the PWA> <most lines>   with the files' paths on standard input, one a line
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [pwa, most] = process.argv.slice(2)
const ts = createRequire(join(pwa, 'package.json'))('typescript')

for (const path of readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const source = ts.createSourceFile(path, scriptOf(path), ts.ScriptTarget.Latest, true)
  visit(source, source)
}

function scriptOf(path) {
  const text = readFileSync(path, 'utf8')
  if (!path.endsWith('.vue')) return text
  return [...text.matchAll(/^<script\b[^>]*>\n([^]*?)^<\/script>/gm)].map((part) => part[1]).join('\n')
}

function visit(node, source) {
  if (ts.isFunctionLike(node) && node.body && !isSuite(node)) {
    const line = (place) => source.getLineAndCharacterOfPosition(place).line
    const lines = line(node.end) - line(node.getStart(source)) + 1
    if (lines > Number(most)) {
      console.log(`${source.fileName}:${line(node.getStart(source)) + 1} a function has ${lines} lines`)
    }
  }
  ts.forEachChild(node, (child) => visit(child, source))
}

// the callback of `describe` is a chapter, not a function
function isSuite(node) {
  return ts.isCallExpression(node.parent) && node.parent.expression.getText().startsWith('describe')
}
