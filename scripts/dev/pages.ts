import { join } from 'node:path';
import { createServer, type ProxyOptions, type ViteDevServer } from 'vite';
import { HOST_SOCKET_PATH } from '../../kiosk/host/browser/host-socket-messages.ts';
import { HUB_PATH } from '../../kiosk/host/kiosk-host.ts';
import type { DevOptions } from './options.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Serves the three pages from their sources, each with reload. The policy of the built pages is not in force here: Vite
 * puts a script and styles of its own into the page.
 */
export async function servePages(options: DevOptions): Promise<readonly ViteDevServer[]> {
  const server = `http://127.0.0.1:${options['server-port']}`;
  const host = `http://127.0.0.1:${options['host-port']}`;
  // The host speaks only to the page that it serves itself.
  const toHost: ProxyOptions = { target: host, changeOrigin: true, headers: { origin: host } };
  return await Promise.all([
    servePage('sync-server/console', options['console-port'], { '/hq/v1': server }),
    servePage('resident-card', options['card-port'], { '/card/v1': server }),
    servePage('kiosk', options['kiosk-port'], {
      // Nothing more: the sources of the host are below the same path.
      [`^${HOST_SOCKET_PATH}$`]: { ...toHost, ws: true, rewriteWsOrigin: true },
      [HUB_PATH]: toHost,
    }),
  ]);
}

async function servePage(
  folder: string,
  port: number,
  proxy: Record<string, string | ProxyOptions>,
): Promise<ViteDevServer> {
  const page = await createServer({
    configFile: join(root, folder, 'vite.config.ts'),
    clearScreen: false,
    logLevel: 'warn',
    server: { host: '127.0.0.1', port, strictPort: true, proxy },
  });
  return await page.listen();
}
