/* One line of questions in, one line of answers out. */
import { createInterface } from 'node:readline'
import { answer } from './twin.ts'

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(JSON.parse(line).map(answer)))
}
