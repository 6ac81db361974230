import htmx from 'htmx.org'
import { csrf } from './dom'
import { t } from './strings'

// An expired session answers 401: sign in inside a dialog, then the refused request is sent again.
type Refused = { xhr: XMLHttpRequest; requestConfig: { verb: string; path: string; elt: HTMLElement; target: HTMLElement; formData: FormData } }

const parse = (html: string) => new DOMParser().parseFromString(html, 'text/html')
let open: HTMLDialogElement | undefined

async function load(url: string, body?: FormData): Promise<Document> {
  const answer = await fetch(url, body ? { method: 'POST', body, headers: { 'X-CSRFToken': csrf.get() } } : {})
  return parse(await answer.text())
}

/** Shows the sign-in form of `page` in the dialog; ends when the server answers with the inside of the product. */
function show(dialog: HTMLDialogElement, page: Document, done: () => void): void {
  const token = page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content
  if (token) csrf.set(token)
  const form = page.querySelector<HTMLFormElement>('.zk-anon form[data-sign-in], .zk-anon-box form')
  if (page.querySelector('.zk-app') || !form) {
    dialog.close()
    done()
    return
  }
  const title = document.createElement('h2')
  title.textContent = t('expired')
  title.className = 'zk-t14 zk-w6'
  const box = document.createElement('div')
  box.className = 'zk-dialog-body zk-stack zk-anon-box'
  const inside = document.importNode(form, true)
  box.append(title, inside)
  dialog.replaceChildren(box)
  inside.querySelector<HTMLElement>('input:not([type="hidden"])')?.focus()
  inside.addEventListener('submit', event => {
    event.preventDefault()
    void load(form.getAttribute('action') || signInUrl(), new FormData(inside)).then(next => show(dialog, next, done))
  })
}

const signInUrl = () => document.body.dataset.signIn ?? '/sign-in/'

document.addEventListener('htmx:responseError', event => {
  const { xhr, requestConfig } = (event as CustomEvent<Refused>).detail
  if (xhr.status !== 401 || open) return
  const dialog = document.createElement('dialog')
  dialog.className = 'zk-dialog'
  dialog.setAttribute('aria-label', t('login'))
  document.body.append(dialog)
  dialog.addEventListener('close', () => { dialog.remove(); open = undefined })
  open = dialog
  void load(signInUrl()).then(page => {
    dialog.showModal()
    show(dialog, page, () => {
      const { verb, path, elt, target, formData } = requestConfig
      const values = Object.fromEntries([...formData.keys()].map(key => {
        const all = formData.getAll(key)
        return [key, all.length > 1 ? all : all[0]]
      }))
      if ('csrfmiddlewaretoken' in values) values.csrfmiddlewaretoken = csrf.get()
      void htmx.ajax(verb as 'get', path, { source: elt, target, values })
    })
  })
})
