import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import * as z from 'zod';
import type { KioskHostService } from '../../kiosk/host/kiosk-host-service.ts';
import type { KioskSecrets } from '../../kiosk/src/reception/kiosk-secrets.ts';
import { pageScript } from '../../testbed/camera/page-module.ts';
import type { fillStore } from './fill-store.page.ts';
import { GENERATION, type PastBatch, pastBatches } from './past-events.ts';

const LOOPBACK = '127.0.0.1';
const FILL: keyof { fillStore: typeof fillStore } = 'fillStore';

/**
 * Puts `count` past events into the store that a kiosk page will find, through the kiosk's own store code in the same
 * browser profile. The store belongs to the origin, so a page of ours is served on the port the kiosk's host is then
 * given.
 * @returns that port, free again
 */
export async function fillKiosk(
  browser: BrowserContext,
  host: KioskHostService,
  secrets: KioskSecrets,
  count: number,
): Promise<number> {
  const script = await pageScript(join(import.meta.dirname, 'fill-store.page.ts'), 'filling');
  const batches = pastBatches(secrets, host.journal, count);
  const server = serveBatches(script, batches);
  const port = await listen(server);
  const page = await browser.newPage();
  try {
    await page.goto(`http://${LOOPBACK}:${port}/`);
    const { deviceId } = secrets.enrolment;
    const filled = z.int().parse(await page.evaluate(`filling.${FILL}('${deviceId}', ${GENERATION})`));
    if (filled !== count) throw new Error(`${filled} events in the store instead of ${count}`);
    return port;
  } finally {
    await page.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function serveBatches(script: string, batches: AsyncGenerator<PastBatch>): Server {
  return createServer((request, response) => {
    if (request.url !== '/batch') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      // A script's text must not end its own element.
      response.end(`<!doctype html><script>${script.replaceAll('</script', '<\\/script')}</script>`);
      return;
    }
    batches.next().then(
      (batch) => response.end(JSON.stringify(batch.done === true ? null : batch.value)),
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server has no port'));
    });
  });
}
