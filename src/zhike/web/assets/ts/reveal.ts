import { csrf, on } from './dom'
import { t } from './strings'
import { toast } from './toasts'

const SHOWN = 30 // seconds

// The clear value is asked for by POST, so that the server checks the right and writes the audit entry each time.
on('click', '[data-reveal]', (button, event) => {
  event.preventDefault() // without script the button posts a form
  const text = button.closest('[data-masked]')?.querySelector<HTMLElement>('[data-masked-text]')
  if (!text || button.hasAttribute('disabled')) return
  const masked = text.textContent ?? ''
  button.setAttribute('disabled', '')
  const hide = () => { text.textContent = masked; button.removeAttribute('disabled'); button.title = '' }
  void fetch(button.dataset.reveal ?? '', { method: 'POST', headers: { 'X-CSRFToken': csrf.get(), Accept: 'application/json' } })
    .then(async answer => {
      const data = await answer.json().catch(() => ({})) as { value?: string; message?: string }
      if (!answer.ok || data.value === undefined) throw new Error(data.message ?? (answer.status === 403 ? t('forbidden') : t('failed', answer.status)))
      text.textContent = data.value
      button.title = t('reveal', SHOWN)
      window.setTimeout(hide, SHOWN * 1000)
      addEventListener('visibilitychange', () => { if (document.hidden) hide() }, { once: true })
    })
    .catch((error: Error) => { hide(); toast(error instanceof TypeError ? t('offline') : error.message, { error: true }) })
})
