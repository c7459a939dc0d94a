import * as z from 'zod';
import { fromBase64url, toBase64url } from '../sealing/base64url.ts';
import { importSealingPrivateKey, type SealingKey, type SealingKeyPair, UnsealError, unseal } from '../sealing/hpke.ts';
import { BundleRefusedError } from './bundle-errors.ts';
import {
  type BundleHeader,
  CHUNK_MAX_EVENTS,
  chunkBinding,
  keyNameOf,
  macLine,
  newBundleMac,
  parseEnd,
  parseHeader,
} from './bundle-format.ts';
import { linesOf } from './bundle-lines.ts';

/** The bytes of a bundle from its beginning, as often as they are asked for. */
export type BundleSource = () => AsyncIterable<Uint8Array>;

/** What opens a bundle: the HMAC key of the device that made it, and the shelter's bundle key pair. */
export interface BundleKeys {
  readonly eventKey: Uint8Array;
  readonly bundleKey: SealingKeyPair;
}

/** A bundle that was found whole and genuine. */
export interface OpenedBundle {
  readonly header: BundleHeader;
  /** How many events it holds; 0 is possible. */
  readonly events: number;
  /** Reads the source again: at most 500 events at a time, in the order written, each yet to be judged. */
  batches(): AsyncIterable<readonly unknown[]>;
}

const chunkSchema = z.array(z.unknown()).min(1).max(CHUNK_MAX_EVENTS);

/**
 * Reads a bundle to its end and verifies all of it before anything is given out (SYN-10). `findKeys` answers
 * undefined for a shelter or device that is not known.
 * @throws BundleRefusedError, what `source` or `findKeys` throws
 */
export async function openBundle(
  source: BundleSource,
  findKeys: (header: BundleHeader) => Promise<BundleKeys | undefined>,
): Promise<OpenedBundle> {
  const header = await readHeader(source());
  const keys = await findKeys(header);
  if (keys === undefined || keyNameOf(keys.bundleKey.publicKey) !== header.sealedTo) {
    throw new BundleRefusedError('bundle-foreign', 'the shelter, device or key is not known here');
  }
  const privateKey = await importSealingPrivateKey(keys.bundleKey.privateKey);
  let events = 0;
  for await (const batch of readChunks(source(), keys.eventKey, privateKey)) events += batch.length;
  return { header, events, batches: () => readChunks(source(), keys.eventKey, privateKey) };
}

async function readHeader(source: AsyncIterable<Uint8Array>): Promise<BundleHeader> {
  for await (const line of linesOf(source)) return parseHeader(new TextDecoder().decode(line));
  throw new BundleRefusedError('not-a-bundle', 'the file is empty');
}

/** The chunks one after another; whether they are all, and genuine, is known only when this has come to its end. */
async function* readChunks(
  source: AsyncIterable<Uint8Array>,
  eventKey: Uint8Array,
  privateKey: SealingKey,
): AsyncGenerator<readonly unknown[]> {
  const mac = newBundleMac(eventKey);
  let headerLine: Uint8Array | undefined;
  let expectedMac: string | undefined;
  const seen = { chunks: 0, events: 0 };
  let isVerified = false;
  for await (const line of linesOf(source)) {
    const text = textOf(line);
    if (isVerified) throw damaged('something follows the end');
    if (expectedMac !== undefined) {
      if (!equalInConstantTime(text, expectedMac)) throw damaged('the HMAC is another');
      isVerified = true;
      continue;
    }
    mac.update(line);
    if (headerLine === undefined) {
      headerLine = line;
    } else if (text.startsWith('{')) {
      const end = parseEnd(text);
      if (end.chunks !== seen.chunks || end.events !== seen.events) throw damaged('the counts are others');
      expectedMac = macLine(mac.digest());
    } else {
      const batch = await openChunk(text.slice(0, -1), headerLine, seen.chunks, privateKey);
      seen.chunks += 1;
      seen.events += batch.length;
      yield batch;
    }
  }
  if (!isVerified) throw damaged('the end is missing');
}

async function openChunk(
  text: string,
  headerLine: Uint8Array,
  index: number,
  key: SealingKey,
): Promise<readonly unknown[]> {
  const { purpose, associated } = chunkBinding(headerLine, index);
  try {
    const sealed = fromBase64url(text);
    // One text per chunk: what decodes to the same bytes otherwise is refused here already.
    if (toBase64url(sealed) !== text) throw damaged(`chunk ${index} is not in its one form`);
    const plain = await unseal(key, purpose, sealed, associated);
    return chunkSchema.parse(JSON.parse(textOf(plain)));
  } catch (cause) {
    if (cause instanceof BundleRefusedError) throw cause;
    const isExpected =
      cause instanceof UnsealError ||
      cause instanceof DOMException ||
      cause instanceof SyntaxError ||
      cause instanceof z.ZodError;
    if (!isExpected) throw cause;
    throw damaged(`chunk ${index} cannot be opened`, { cause });
  }
}

function textOf(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
  } catch (cause) {
    throw damaged('not text', { cause });
  }
}

function damaged(detail: string, options?: ErrorOptions): BundleRefusedError {
  return new BundleRefusedError('bundle-damaged', detail, options);
}

function equalInConstantTime(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at += 1) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}
