/**
 * Writes the golden vector of the bundle format to shared/test-data/bundles. Run it only when the format changes:
 * `npx tsx scripts/write-bundle-vector.ts`. The sealing is random, so each run gives another file.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBundle } from '@uketsuke/shared/bundle';
import { newSealingKeyPair } from '@uketsuke/shared/sealing';
import { BUNDLED_AT, bytesOf, sampleAdmissions, sampleRecorder } from '../shared/src/bundle/sample-bundle.ts';

const FOLDER = join(import.meta.dirname, '..', 'shared', 'test-data', 'bundles');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Keys of no shelter: published here on purpose. */
const bundleKey = await newSealingKeyPair();
const device = sampleRecorder();
const events = sampleAdmissions(3);
const parts = {
  device,
  bundlePublicKey: bundleKey.publicKey,
  content: 'unacknowledged',
  events,
  now: BUNDLED_AT,
} as const;
await mkdir(FOLDER, { recursive: true });
await writeFile(join(FOLDER, 'three-admissions.ukebundle'), await bytesOf(writeBundle(parts)));
const keys = {
  eventKeyHex: hex(device.eventKey),
  bundlePublicHex: hex(bundleKey.publicKey),
  bundlePrivateHex: hex(bundleKey.privateKey),
};
await writeFile(join(FOLDER, 'three-admissions.json'), `${JSON.stringify({ keys, events }, null, 2)}\n`);
