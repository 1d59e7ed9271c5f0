/* Long work in short pieces: whoever breathes often enough never holds the screen for longer than this. */
const PIECE_MS = 16

export type Breath = () => Promise<void>

export function breathing(): Breath {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < PIECE_MS) return
    await new Promise((go) => setTimeout(go))
    since = performance.now()
  }
}
