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

/** How much of the phone our pages take, pictures and programs included; null where the browser does not tell. */
export async function usedBytes(): Promise<number | null> {
  try {
    return (await (navigator as Partial<Navigator>).storage?.estimate?.())?.usage ?? null
  } catch {
    return null
  }
}
