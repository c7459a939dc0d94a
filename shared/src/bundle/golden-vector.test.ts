import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { openBundle } from './open-bundle.ts';
import { sourceOf } from './sample-bundle.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'test-data', 'bundles');
const bytes = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((hex) => Uint8Array.from(Buffer.from(hex, 'hex')));
const vectorSchema = z.object({
  keys: z.object({ eventKeyHex: bytes, bundlePublicHex: bytes, bundlePrivateHex: bytes }),
  events: z.array(z.unknown()),
});

it('reads a bundle that was written when the format was made', async () => {
  const { keys, events } = vectorSchema.parse(
    JSON.parse(await readFile(join(FOLDER, 'three-admissions.json'), 'utf8')),
  );
  const bundleKey = { publicKey: keys.bundlePublicHex, privateKey: keys.bundlePrivateHex };
  const file = new Uint8Array(await readFile(join(FOLDER, 'three-admissions.ukebundle')));
  const bundle = await openBundle(sourceOf(file), async () => ({ eventKey: keys.eventKeyHex, bundleKey }));
  expect(bundle.header).toMatchObject({ version: 1, shelterId: 'school-1', content: 'unacknowledged' });
  expect(bundle.events).toBe(3);
  for await (const batch of bundle.batches()) expect(batch).toEqual(events);
});
