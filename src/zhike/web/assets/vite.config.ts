import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig } from 'vite'
import { tablerSubset } from './build/tabler-subset.mjs'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Writes .br and .gz beside each text file: the server sends them as they are. */
const compressed = () => {
  let out = ''
  return {
    name: 'zhike-compressed',
    configResolved(config: { build: { outDir: string } }) { out = config.build.outDir },
    closeBundle() {
      for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
        if (!/\.(js|css|svg)$/.test(entry.name)) continue
        const path = join(entry.parentPath, entry.name)
        const content = readFileSync(path)
        writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }))
        writeFileSync(`${path}.br`, brotliCompressSync(content))
      }
    },
  }
}

/** Serves the licence texts of the bundled libraries beside the bundle that holds them. */
const licences = () => ({
  name: 'zhike-licences',
  generateBundle(this: { emitFile(file: object): void }) {
    const packages = ['@tabler/core', '@tabler/icons', 'htmx.org', 'tom-select', 'sortablejs', 'echarts',
      'zrender', '@fontsource-variable/inter']
    const text = packages.map(name => {
      for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt']) {
        try {
          return `${name}\n\n${readFileSync(at(`./node_modules/${name}/${file}`), 'utf8')}`
        } catch { /* the next usual name */ }
      }
      const { version, license, homepage } = JSON.parse(readFileSync(at(`./node_modules/${name}/package.json`), 'utf8'))
      return `${name} ${version}\n\nLicence: ${license}. ${homepage ?? ''}`
    })
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: text.join('\n\n----\n\n') })
  },
})

export default defineConfig({
  root: at('.'),
  base: './', // addresses relative to the module: STATIC_URL may be anything
  publicDir: false,
  plugins: [licences(), compressed()],
  css: { postcss: { plugins: [tablerSubset()] } },
  build: {
    outDir: at('../static/dist'),
    emptyOutDir: true,
    manifest: 'manifest.json',
    assetsInlineLimit: 0, // the content security policy allows no data: addresses
    modulePreload: { polyfill: false },
    target: ['chrome105', 'firefox110', 'safari16'],
    chunkSizeWarningLimit: 750, // charts.js, loaded only on pages with charts
    rollupOptions: {
      onwarn(warning, warn) {
        // htmx holds an eval that allowEval=false and the security policy both keep from running
        if (warning.code !== 'EVAL') warn(warning)
      },
      input: { app: at('./ts/app.ts'), style: at('./css/app.css'), icons: at('./generated/icons.svg'),
        seal: at('./images/seal.svg') },
    },
  },
})
