import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The server serves `dist` at /hq/ under a strict content security policy: nothing may be inlined. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/hq/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    chunkSizeWarningLimit: 900,
  },
});
