import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  // A laptop whose clock is earlier than this is wrong (reception/clock-check.ts).
  define: { __BUILD_TIME__: JSON.stringify(new Date().toISOString()) },
  worker: { format: 'es' },
  build: { target: 'chrome120', assetsInlineLimit: 0, chunkSizeWarningLimit: 1_500 },
});
