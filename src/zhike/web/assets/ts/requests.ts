import htmx from 'htmx.org'
import { csrf, randomKey } from './dom'
import { t } from './strings'
import { toast } from './toasts'

// Forms answer 422 with their errors and 409 with the conflict card; both are content, not failures.
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '409|422', swap: true, error: false },
  { code: '...', swap: false, error: true },
]

type RequestDetail = { verb: string; headers: Record<string, string>; elt: HTMLElement; target: HTMLElement }
type SwapDetail = { xhr: XMLHttpRequest; target: HTMLElement; shouldSwap: boolean; swapOverride?: string; requestConfig: { elt: HTMLElement } }

document.addEventListener('htmx:configRequest', event => {
  const { verb, headers } = (event as CustomEvent<RequestDetail>).detail
  if (verb === 'get') return
  headers['X-CSRFToken'] = csrf.get()
  headers['Idempotency-Key'] = randomKey()
})

// The bar comes after 300 ms: what is faster needs none.
const waiting = new Map<XMLHttpRequest, { timer: number; target: HTMLElement }>()
document.addEventListener('htmx:beforeSend', event => {
  const { xhr, target } = (event as CustomEvent<{ xhr: XMLHttpRequest; target: HTMLElement }>).detail
  const box = target.closest('table') ? target.closest<HTMLElement>('.zk-table-wrap') ?? target : target
  const timer = window.setTimeout(() => { box.classList.add('zk-loading'); box.setAttribute('aria-busy', 'true') }, 300)
  waiting.set(xhr, { timer, target: box })
})
document.addEventListener('htmx:afterRequest', event => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail
  const entry = waiting.get(xhr)
  if (!entry) return
  clearTimeout(entry.timer)
  entry.target.classList.remove('zk-loading')
  entry.target.removeAttribute('aria-busy')
  waiting.delete(xhr)
})

document.addEventListener('htmx:beforeSwap', event => {
  const detail = (event as CustomEvent<SwapDetail>).detail
  if (detail.xhr.status !== 409) return
  const source = detail.requestConfig.elt
  const form = source.closest('form')
  if (!form) return
  form.querySelector('[data-conflict]')?.remove()
  detail.target = form
  detail.swapOverride = 'afterbegin'
})

/** What to tell the reader of an answer that is none. */
export function reason(status: number, header: (name: string) => string | null, body = ''): string {
  const plain = (header('Content-Type') ?? '').startsWith('text/plain') ? body.trim() : ''
  const known: Record<number, string> = {
    401: t(header('HX-Redirect') ? 'first' : 'expired'), 403: t('forbidden'), 404: t('missing'),
    413: t('tooLarge', ''), 429: t('busy'),
  }
  return (plain.length < 300 && plain) || known[status] || t('failed', header('X-Request-Id') ?? String(status))
}

document.addEventListener('htmx:sendError', () => toast(t('offline'), { error: true }))
document.addEventListener('htmx:responseError', event => {
  const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail
  if (xhr.status === 401) return // signin.ts
  toast(reason(xhr.status, name => xhr.getResponseHeader(name), xhr.responseText), { error: true })
})

// After a navigation the reader starts at the heading of the new page.
document.addEventListener('htmx:afterSettle', event => {
  const { target, requestConfig } = (event as CustomEvent<{ target: HTMLElement; requestConfig?: { boosted?: boolean } }>).detail
  if (target.id !== 'main') return
  const heading = target.querySelector<HTMLElement>('h1') ?? target
  heading.tabIndex = -1
  heading.focus({ preventScroll: Boolean(requestConfig?.boosted) })
  target.scrollTop = 0
})
