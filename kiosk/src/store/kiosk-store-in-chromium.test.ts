import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { launchWithoutCamera } from '../../gallery/camera-film.ts';
import type { StoreTrial, tryStore } from './kiosk-store.page.ts';

const TRY: keyof { tryStore: typeof tryStore } = 'tryStore';
const id = (number: number) => `ev:${String(number).padStart(12, '0')}-0000-desk1`;
const builtSchema = z.array(z.object({ output: z.array(z.looseObject({ code: z.string().optional() })) }));

async function pageScript(): Promise<string> {
  const built = await build({
    logLevel: 'error',
    configFile: false,
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL('kiosk-store.page.ts', import.meta.url)),
        name: 'trying',
        formats: ['iife'],
        fileName: 'trying',
      },
    },
  });
  const code = builtSchema.parse(built)[0]?.output[0]?.code ?? '';
  return `${code}\nglobalThis.trying = trying;`;
}

it('the store holds in a real IndexedDB what it holds in memory, and heals what was damaged there (DUR-2)', async () => {
  const server = createServer((_, response) => response.end('<!doctype html>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const browser = await launchWithoutCamera();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/`);
    await page.evaluate(await pageScript());
    const trial: StoreTrial = await page.evaluate(`trying.${TRY}()`);
    expect(trial).toEqual({
      counted: 6,
      pages: [
        [id(1), id(2), id(3), id(4)],
        [id(5), id(6)],
      ],
      kept: ['AAAA'],
      receipts: { city: [id(1)], hub: [id(2), id(3)] },
      mark: { a: 'b' },
      damaged: [id(3)],
      healed: ['CCCC'],
      rebuilt: 1,
    });
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}, 120_000);
