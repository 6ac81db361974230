import { on, store } from './dom'

// Side navigation as a rail: chosen with "[" and remembered; without a choice, below 1280 px.
const KEY = 'zk-rail'
const narrow = matchMedia('(max-width: 1279px)')
const root = document.documentElement

function apply(): void {
  const chosen = store.get(KEY)
  const railed = chosen === null ? narrow.matches : chosen === '1'
  root.classList.toggle('zk-railed', railed)
  document.querySelectorAll('[data-rail]').forEach(button => button.setAttribute('aria-pressed', String(railed)))
}

apply()
narrow.addEventListener('change', apply)
on('click', '[data-rail]', () => {
  store.set(KEY, root.classList.contains('zk-railed') ? '0' : '1')
  apply()
})
