let words: Record<string, string> | undefined

/** A word of the interface in the reader's language; each {} takes the next argument. */
export function t(key: string, ...values: (string | number)[]): string {
  words ??= JSON.parse(document.getElementById('zk-strings')?.textContent ?? '{}') as Record<string, string>
  let index = 0
  return (words[key] ?? key).replace(/\{\}/g, () => String(values[index++] ?? ''))
}
