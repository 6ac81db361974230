import { each, icon } from './dom'
import { t } from './strings'

const SHOWN = 8 // seconds, also for undoing

/** Shows a message at the foot of the page. */
export function toast(text: string, options: { error?: boolean } = {}): void {
  const box = document.createElement('div')
  box.className = options.error ? 'zk-toast zk-toast-error' : 'zk-toast'
  box.dataset.toast = ''
  const words = document.createElement('span')
  words.className = 'zk-grow'
  words.textContent = text
  box.append(icon(options.error ? 'alert-circle' : 'circle-check'), words)
  document.getElementById('toast')?.append(box)
  start(box)
}

/** The newest undo that is still offered. */
export function lastUndo(): HTMLButtonElement | null {
  return [...document.querySelectorAll<HTMLButtonElement>('[data-toast] [data-undo]')].at(-1) ?? null
}

const started = new WeakSet<HTMLElement>()
function start(box: HTMLElement): void {
  if (started.has(box) || box.classList.contains('zk-toast-static')) return
  started.add(box)
  const left = box.querySelector<HTMLElement>('[data-toast-left]')
  let seconds = SHOWN
  const show = () => { if (left) left.textContent = t('seconds', seconds) }
  const timer = window.setInterval(() => {
    if (box.matches(':hover, :focus-within')) return // reading or about to undo
    seconds -= 1
    show()
    if (seconds > 0 && box.isConnected) return
    clearInterval(timer)
    box.remove()
  }, 1000)
  show()
  box.addEventListener('htmx:afterRequest', () => { clearInterval(timer); box.remove() })
}

each<HTMLElement>('[data-toast]', start)
// A view may also announce a toast in the HX-Trigger header: {"zk:toast": {"text": "…", "error": true}}.
document.addEventListener('zk:toast', event => {
  const { text, error } = (event as CustomEvent<{ text: string; error?: boolean }>).detail
  toast(text, { error: Boolean(error) })
})
