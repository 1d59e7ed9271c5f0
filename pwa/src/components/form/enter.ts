/* The Enter of a phone's keyboard says 完成 and closes the line it stands in: a form is sent by its button only. */
export function closeOnEnter(event: KeyboardEvent): void {
  const line = event.target
  // What an input method is still composing is taken over by this very key.
  if (event.key !== 'Enter' || event.isComposing || !(line instanceof HTMLInputElement)) return
  event.preventDefault()
  line.blur()
}
