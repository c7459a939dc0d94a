import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as z from 'zod';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { parseJson } from '../json/parse-json.ts';
import { base64urlOf, toBase64url } from '../sealing/base64url.ts';
import { BundleRefusedError } from './bundle-errors.ts';

/**
 * A bundle carries events of one shelter on a USB stick. It is a text file of lines, each ended by a line feed:
 *
 * 1. the header, in JSON: who made it, when, for whom; nothing personal;
 * 2. a line per chunk: at most 500 events as a JSON array, sealed with HPKE to the shelter's bundle key, base64url.
 *    A chunk is bound to its header and its place by the associated data: SHA-256 of the header line ‖ index (4 bytes,
 *    big-endian);
 * 3. the number of chunks and events, in JSON;
 * 4. HMAC-SHA256 over everything before, under a key derived from the device's event key.
 */
export const BUNDLE_VERSION = 1;
export const BUNDLE_EXTENSION = '.ukebundle';
/** Larger bundles are neither made nor taken: 256 MB hold some 200,000 admissions. */
export const BUNDLE_MAX_BYTES = 256 * 1024 * 1024;
export const CHUNK_MAX_EVENTS = 500;
/** A chunk is closed before its JSON has more bytes. */
export const CHUNK_MAX_BYTES = 1024 * 1024;
/** No line of an honest bundle is longer: one event more than fits, sealed, in base64url. */
export const LINE_MAX_BYTES = 2 * CHUNK_MAX_BYTES;
export const HEADER_MAX_BYTES = 1024;

const FORMAT = 'uketsuke-bundle';
const SEALING_PURPOSE = 'uketsuke bundle 1';
const MAC_PURPOSE = 'uketsuke bundle mac 1';

const versionSchema = z.object({ format: z.literal(FORMAT), version: z.int().min(1) });

/** First line of a bundle. */
export const bundleHeaderSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(BUNDLE_VERSION),
  shelterId: shelterIdSchema,
  /** The device that made the bundle. */
  deviceId: deviceIdSchema,
  /** Its wall clock then, UTC. */
  createdAt: z.iso.datetime({ precision: 3 }),
  /** Whether it holds what the city had not acknowledged, or all events of the shelter that the device had. */
  content: z.enum(['unacknowledged', 'all']),
  /** Which key opens it: SHA-256 of the public key, base64url. */
  sealedTo: base64urlOf(32),
});
export type BundleHeader = z.infer<typeof bundleHeaderSchema>;
export type BundleContent = BundleHeader['content'];

/** The line before the last. */
export const bundleEndSchema = z.strictObject({ chunks: z.int().min(0), events: z.int().min(0) });
export type BundleEnd = z.infer<typeof bundleEndSchema>;

/** A name for the file: `uketsuke-<shelter>-<device>-20261122-1930.ukebundle`; the time is UTC. */
export function bundleFileName(header: Pick<BundleHeader, 'shelterId' | 'deviceId' | 'createdAt'>): string {
  const time = header.createdAt.slice(0, 16).replaceAll(/[-:]/g, '').replace('T', '-');
  return `uketsuke-${header.shelterId}-${header.deviceId}-${time}${BUNDLE_EXTENSION}`;
}

export function newHeader(parts: Omit<BundleHeader, 'format' | 'version' | 'sealedTo'>, publicKey: Uint8Array) {
  const header: BundleHeader = { format: FORMAT, version: BUNDLE_VERSION, ...parts, sealedTo: keyNameOf(publicKey) };
  return header;
}

/** @throws BundleRefusedError not-a-bundle, bundle-too-new, bundle-damaged */
export function parseHeader(line: string): BundleHeader {
  const json = parseJson(line);
  const version = versionSchema.safeParse(json);
  if (!version.success) throw new BundleRefusedError('not-a-bundle', 'the file does not begin like a bundle');
  if (version.data.version > BUNDLE_VERSION) {
    throw new BundleRefusedError('bundle-too-new', `bundle version ${version.data.version}`);
  }
  const header = bundleHeaderSchema.safeParse(json);
  if (!header.success) throw new BundleRefusedError('bundle-damaged', 'the header is malformed');
  return header.data;
}

/** @throws BundleRefusedError bundle-damaged */
export function parseEnd(line: string): BundleEnd {
  const end = bundleEndSchema.safeParse(parseJson(line));
  if (!end.success) throw new BundleRefusedError('bundle-damaged', 'the counts are malformed');
  return end.data;
}

/** Names a public key without giving it away. */
export function keyNameOf(publicKey: Uint8Array): string {
  return toBase64url(sha256(publicKey));
}

/** What a chunk is sealed for, and with which associated data. */
export function chunkBinding(headerLine: Uint8Array, index: number) {
  const digest = sha256(headerLine);
  const associated = new Uint8Array(digest.length + 4);
  associated.set(digest, 0);
  new DataView(associated.buffer).setUint32(digest.length, index);
  return { purpose: SEALING_PURPOSE, associated };
}

/** The running HMAC over a bundle's bytes. */
export function newBundleMac(eventKey: Uint8Array) {
  return hmac.create(sha256, hmac(sha256, eventKey, new TextEncoder().encode(MAC_PURPOSE)));
}

/** The last line, with its line feed. Compared as text: there is one form of it. */
export function macLine(mac: Uint8Array): string {
  return `{"mac":"${toBase64url(mac)}"}\n`;
}
