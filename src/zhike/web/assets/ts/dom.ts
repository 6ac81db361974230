import htmx from 'htmx.org'

/** Runs `found` once for each element that matches, now and in whatever HTMX brings later. */
export function each<T extends HTMLElement>(selector: string, found: (element: T) => void): void {
  const seen = new WeakSet<Element>()
  const scan = (root: ParentNode) => {
    const all = [...root.querySelectorAll<T>(selector)]
    if (root instanceof HTMLElement && root.matches(selector)) all.unshift(root as unknown as T)
    for (const element of all) {
      if (seen.has(element)) continue
      seen.add(element)
      found(element)
    }
  }
  htmx.onLoad(node => scan(node as HTMLElement))
  if (document.readyState !== 'loading') scan(document)
  else document.addEventListener('DOMContentLoaded', () => scan(document))
}

/** Delegated listener: `handle` gets the nearest matching element. */
export function on<K extends keyof DocumentEventMap>(
  type: K, selector: string, handle: (element: HTMLElement, event: DocumentEventMap[K]) => void, capture = false,
): void {
  document.addEventListener(type, event => {
    const start = event.target
    const element = start instanceof Element ? start.closest<HTMLElement>(selector) : null
    if (element) handle(element, event)
  }, capture)
}

export const csrf = {
  meta: () => document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]'),
  get: () => csrf.meta()?.content ?? '',
  set(token: string): void {
    const meta = csrf.meta()
    if (meta) meta.content = token
    document.querySelectorAll<HTMLInputElement>('input[name="csrfmiddlewaretoken"]').forEach(field => { field.value = token })
  },
}

/** A random key; crypto.randomUUID exists only on https and localhost. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** Whether the element takes typed text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'range', 'file', 'hidden'].includes(target.type)
}

/** A small store that survives a browser without storage (private mode, policy). */
export const store = {
  get(key: string): string | null { try { return localStorage.getItem(key) } catch { return null } },
  set(key: string, value: string): void { try { localStorage.setItem(key, value) } catch { /* nothing is kept */ } },
  remove(key: string): void { try { localStorage.removeItem(key) } catch { /* nothing was kept */ } },
  keys(): string[] { try { return Object.keys(localStorage) } catch { return [] } },
}

/** An icon of the sprite. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'zk-i')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `${document.body.dataset.assetIcons}#${name}`)
  svg.append(use)
  return svg
}
