import type { DeviceId, ShelterId } from '../identifiers/identifiers.ts';
import type { ReceptionEvent } from '../reception/events.ts';
import { toBase64url } from '../sealing/base64url.ts';
import { importSealingPublicKey, type SealingKey, seal } from '../sealing/hpke.ts';
import { BundleRefusedError } from './bundle-errors.ts';
import {
  BUNDLE_MAX_BYTES,
  type BundleContent,
  type BundleEnd,
  CHUNK_MAX_BYTES,
  CHUNK_MAX_EVENTS,
  chunkBinding,
  macLine,
  newBundleMac,
  newHeader,
} from './bundle-format.ts';

export interface BundleParts {
  /** The device that makes the bundle; `eventKey` is its HMAC key, 32 bytes. */
  readonly device: { readonly deviceId: DeviceId; readonly shelterId: ShelterId; readonly eventKey: Uint8Array };
  /** The shelter's public bundle key: X25519, 32 bytes. */
  readonly bundlePublicKey: Uint8Array<ArrayBuffer>;
  readonly content: BundleContent;
  /** Events of the shelter, of whatever device; none is allowed. */
  readonly events: AsyncIterable<ReceptionEvent> | Iterable<ReceptionEvent>;
  /** ms since 1970 UTC */
  readonly now: number;
}

/**
 * The bytes of a bundle, piece by piece, as events come. Writing one acknowledges nothing (SYN-10).
 * @throws BundleRefusedError `bundle-too-large` when there would be more than 256 MB
 */
export async function* writeBundle(parts: BundleParts): AsyncGenerator<Uint8Array<ArrayBuffer>, BundleEnd> {
  const { deviceId, shelterId, eventKey } = parts.device;
  const createdAt = new Date(parts.now).toISOString();
  const header = newHeader({ shelterId, deviceId, createdAt, content: parts.content }, parts.bundlePublicKey);
  const headerLine = encode(`${JSON.stringify(header)}\n`);
  const key = await importSealingPublicKey(parts.bundlePublicKey);
  const mac = newBundleMac(eventKey);
  const end = { chunks: 0, events: 0 };
  let bytes = 0;
  const passed = (line: Uint8Array<ArrayBuffer>) => {
    bytes += line.length;
    if (bytes > BUNDLE_MAX_BYTES) throw new BundleRefusedError('bundle-too-large', 'too many events for one bundle');
    mac.update(line);
    return line;
  };
  yield passed(headerLine);
  for await (const { json, events } of chunksOf(parts.events)) {
    yield passed(encode(`${await sealChunk(key, headerLine, end.chunks, json)}\n`));
    end.chunks += 1;
    end.events += events;
  }
  yield passed(encode(`${JSON.stringify(end)}\n`));
  yield encode(macLine(mac.digest()));
  return end;
}

async function sealChunk(key: SealingKey, headerLine: Uint8Array, index: number, json: string): Promise<string> {
  const { purpose, associated } = chunkBinding(headerLine, index);
  return toBase64url(await seal(key, purpose, encode(json), associated));
}

async function* chunksOf(events: BundleParts['events']): AsyncGenerator<{ json: string; events: number }> {
  let texts: string[] = [];
  let bytes = 0;
  for await (const event of events) {
    const text = JSON.stringify(event);
    const length = encode(text).length + 1;
    if (texts.length === CHUNK_MAX_EVENTS || (texts.length > 0 && bytes + length > CHUNK_MAX_BYTES)) {
      yield { json: `[${texts.join(',')}]`, events: texts.length };
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += length;
  }
  if (texts.length > 0) yield { json: `[${texts.join(',')}]`, events: texts.length };
}

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
