import { each } from './dom'
import { t } from './strings'

const size = (bytes: number) => bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`

// A file may be dropped on the zone; the form around it sends it (hx-encoding="multipart/form-data" gives progress).
each<HTMLElement>('[data-upload]', zone => {
  const field = zone.querySelector<HTMLInputElement>('input[type="file"]')
  const text = zone.querySelector('[data-upload-text]')
  const progress = zone.querySelector('progress')
  const form = zone.closest('form')
  const limit = Number(zone.dataset.max ?? 0)
  if (!field || !text || !progress) return
  const over = (event: DragEvent, inside: boolean) => { event.preventDefault(); zone.classList.toggle('zk-over', inside) }
  zone.addEventListener('dragover', event => over(event, true))
  zone.addEventListener('dragleave', event => over(event, false))
  zone.addEventListener('drop', event => {
    over(event, false)
    if (!event.dataTransfer?.files.length) return
    field.files = event.dataTransfer.files
    field.dispatchEvent(new Event('change', { bubbles: true }))
  })
  field.addEventListener('change', () => {
    const file = field.files?.[0]
    if (!file) return
    const large = limit > 0 && file.size > limit
    field.setCustomValidity(large ? t('tooLarge', size(limit)) : '')
    text.textContent = large ? t('tooLarge', size(limit)) : `${file.name} · ${size(file.size)}`
    text.classList.toggle('zk-zhu', large)
    if (!large && zone.dataset.upload === 'auto') form?.requestSubmit()
  })
  form?.addEventListener('htmx:xhr:progress', event => {
    const { loaded, total, lengthComputable } = (event as CustomEvent<ProgressEvent>).detail
    if (!lengthComputable || !total) return
    progress.hidden = false
    progress.value = Math.round(loaded / total * 100)
    text.textContent = t('uploading', `${progress.value}%`)
  })
})
