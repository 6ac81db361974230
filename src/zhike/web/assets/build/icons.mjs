// Makes generated/icons.svg: one <symbol> for each name in icons.txt, taken from the outline set of Tabler.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '../node_modules/@tabler/icons/icons/outline')
const names = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').map(line => line.trim())
  .filter(line => line && !line.startsWith('#'))

const missing = names.filter(name => !existsSync(join(source, `${name}.svg`)))
const twice = names.filter((name, index) => names.indexOf(name) !== index)
if (missing.length || twice.length) {
  console.error(`icons.txt: unknown ${missing.join(', ') || 'none'}; twice ${twice.join(', ') || 'none'}`)
  process.exit(1)
}

const symbol = name => {
  const svg = readFileSync(join(source, `${name}.svg`), 'utf8')
  const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, '')}</symbol>`
}
mkdirSync(join(here, '../generated'), { recursive: true })
writeFileSync(join(here, '../generated/icons.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join('')}</svg>\n`)
console.log(`icons.svg: ${names.length} icons`)
