import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { contentSecurityPolicy } from '../host/content-security-policy.ts';

const KIOSK = fileURLToPath(new URL('../', import.meta.url));
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
};

/** Builds the gallery into `folder` as the real one is built, and serves it on loopback under the hosts' policy. */
export async function serveGallery(folder: string): Promise<{ origin: string; close: () => Promise<void> }> {
  await build({
    root: KIOSK,
    configFile: join(KIOSK, 'vite.config.ts'),
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { input: join(KIOSK, 'gallery/gallery.html') },
    },
  });
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    try {
      const content = await readFile(join(folder, path));
      response.writeHead(200, {
        'content-type': MEDIA_TYPES[extname(path)] ?? 'application/octet-stream',
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
