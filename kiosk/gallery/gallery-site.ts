import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, createServer as createViteServer, type InlineConfig } from 'vite';
import { contentSecurityPolicy } from '../host/content-security-policy.ts';

const KIOSK = fileURLToPath(new URL('../', import.meta.url));
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** Before the gallery's day, so that its clock looks right. */
const BUILT_AT = '2026-11-01T00:00:00.000Z';

const COMMON: InlineConfig = {
  root: KIOSK,
  configFile: join(KIOSK, 'vite.config.ts'),
  define: { __BUILD_TIME__: JSON.stringify(BUILT_AT) },
};

export interface GallerySite {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Builds the gallery into `folder` as the real page is built, and serves it on loopback under the hosts' policy. */
export async function serveGallery(folder: string): Promise<GallerySite> {
  await build({
    ...COMMON,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { input: [join(KIOSK, 'gallery/gallery.html'), join(KIOSK, 'gallery/index.html')] },
    },
  });
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    try {
      const content = await readFile(join(folder, path));
      response.writeHead(200, {
        'content-type': MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
        // Names of built files hold their content's hash; Chromium then keeps their compiled code from page to page.
        'cache-control': path.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': contentSecurityPolicy({ connect: [], styleNonce: 'unused' }),
      });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Serves the gallery from its sources on loopback; what is edited shows at once. */
export async function serveGallerySources(port: number): Promise<GallerySite> {
  const server = await createViteServer({ ...COMMON, server: { host: '127.0.0.1', port } });
  await server.listen();
  const [origin] = server.resolvedUrls?.local ?? [];
  if (origin === undefined) throw new Error('no address');
  return { origin: origin.replace(/\/$/, ''), close: () => server.close() };
}
