import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { weighPage } from '../scripts/size/page-weight.ts';

/** What a phone on a bad line may have to load until a stored card is shown, bytes of gzip. */
const FIRST_LOAD_LIMIT = 150_000;

/**
 * The server serves `dist` at /card/ under a strict content security policy: nothing may be inlined. The service
 * worker keeps every file of the build, so that the card can be shown with no network after the first visit.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/card/',
  plugins: [
    react(),
    limitFirstLoad(),
    VitePWA({
      strategies: 'generateSW',
      registerType: 'autoUpdate',
      injectRegister: false,
      includeManifestIcons: false,
      manifest: {
        id: '/card/',
        name: '避難所 住民カード',
        short_name: '住民カード',
        description: '避難所の受付で見せるQRコードのカードです。電波がなくても使えます。',
        lang: 'ja',
        dir: 'ltr',
        start_url: '/card/',
        scope: '/card/',
        display: 'standalone',
        orientation: 'portrait',
        theme_color: '#0017c1',
        background_color: '#ffffff',
        categories: ['government', 'utilities'],
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
          { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'],
        navigateFallback: '/card/index.html',
        navigateFallbackDenylist: [/^\/card\/v1\//],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: true,
        sourcemap: false,
      },
    }),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    chunkSizeWarningLimit: 900,
  },
});

/** Fails the build when the page has grown beyond the limit. */
function limitFirstLoad(): Plugin {
  return {
    name: 'limit-first-load',
    apply: 'build',
    writeBundle({ dir = '' }) {
      const { first } = weighPage(dir, '/card/');
      if (first > FIRST_LOAD_LIMIT)
        throw new Error(`the card takes ${first} bytes (gzip) until it is shown; the limit is ${FIRST_LOAD_LIMIT}`);
    },
  };
}
