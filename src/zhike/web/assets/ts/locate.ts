import { each } from './dom'
import { t } from './strings'
import { toast } from './toasts'

const WAIT = 15_000 // milliseconds

// Where somebody stands is asked for only after a press of the button; another press takes it away.
each<HTMLButtonElement>('[data-locate]', button => {
  const field = button.parentElement?.querySelector<HTMLInputElement>('input[name="position"]')
  const words = button.querySelector<HTMLElement>('[data-locate-text]')
  if (!field || !words || !('geolocation' in navigator) || !window.isSecureContext) return
  const first = words.textContent ?? ''
  const show = () => {
    words.textContent = field.value ? t('located', field.value.split(',')[2] ?? '') : first
    button.setAttribute('aria-pressed', String(field.value !== ''))
    button.disabled = false
  }
  const found = ({ coords, timestamp }: GeolocationPosition) => {
    const angles = [coords.latitude.toFixed(6), coords.longitude.toFixed(6)]
    field.value = [...angles, Math.round(coords.accuracy), new Date(timestamp).toISOString()].join(',')
    show()
  }
  const failed = (error: GeolocationPositionError) => {
    show()
    toast(t(error.code === error.PERMISSION_DENIED ? 'not_allowed' : 'not_located'), { error: true })
  }
  button.addEventListener('click', () => {
    if (field.value) { field.value = ''; show(); return }
    button.disabled = true
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: WAIT })
  })
  button.hidden = false
  show()
})
