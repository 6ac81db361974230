import { each } from './dom'
import { t } from './strings'

// Deadlines come from the server, and so does the time: a wrong clock of the computer changes nothing.
const stated = Number(document.querySelector<HTMLMetaElement>('meta[name="server-time"]')?.content ?? 0) * 1000
const offset = stated ? stated - Date.now() : 0
const running = new Set<HTMLElement>()
const announced = new WeakMap<HTMLElement, string>()

function say(text: string, urgent: boolean): void {
  const id = urgent ? 'zk-live-now' : 'zk-live'
  let region = document.getElementById(id)
  if (!region) {
    region = document.createElement('div')
    region.id = id
    region.className = 'visually-hidden'
    region.setAttribute('aria-live', urgent ? 'assertive' : 'polite')
    document.body.append(region)
  }
  region.textContent = text
}

function tick(clock: HTMLElement): void {
  const end = Date.parse(clock.dataset.clock ?? '')
  const start = Date.parse(clock.dataset.clockStart || clock.dataset.clock || '')
  const left = end - (Date.now() + offset)
  const seconds = Math.floor(Math.abs(left) / 1000)
  const text = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(part => String(part).padStart(2, '0')).join(':')
  const share = end > start ? left / (end - start) : left > 0 ? 1 : 0
  const state = left <= 0 ? 'overdue' : share <= .1 ? 'tenth' : share <= .25 ? 'quarter' : ''
  clock.classList.toggle('zk-clock-late', state === 'overdue' || state === 'tenth')
  clock.classList.toggle('zk-clock-soon', state === 'quarter')
  const place = clock.querySelector('[data-clock-text]')
  if (place) place.textContent = left <= 0 ? t('late', text) : text
  const before = announced.get(clock)
  if (before !== undefined && state && before !== state) say(`${t(state)} ${text}`, state === 'overdue')
  announced.set(clock, state)
}

each<HTMLElement>('[data-clock]', clock => { running.add(clock); tick(clock) })
setInterval(() => {
  for (const clock of running) {
    if (clock.isConnected) tick(clock)
    else running.delete(clock)
  }
}, 1000)
