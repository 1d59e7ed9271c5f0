/* Ask the browser to keep our storage. Its answer is shown as it is: many say no, and no screen may promise otherwise. */
export async function askToPersist(): Promise<boolean> {
  const storage = (navigator as Partial<Navigator>).storage
  if (!storage?.persist) return false
  try {
    return (await storage.persisted?.()) || (await storage.persist())
  } catch {
    return false
  }
}

export async function quota(): Promise<{ used: number; most: number } | null> {
  const storage = (navigator as Partial<Navigator>).storage
  if (!storage?.estimate) return null
  const { usage = 0, quota: most = 0 } = await storage.estimate()
  return { used: usage, most }
}
