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
