import type { Plugin } from 'postcss'
export function tablerSubset(): Plugin
