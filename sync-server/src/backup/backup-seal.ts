import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import { parseJson } from '@uketsuke/shared/json';
import { base64urlOf, toBase64url } from '@uketsuke/shared/sealing';
import * as z from 'zod';
import { BackupRefusedError } from './backup-errors.ts';
import { ByteReader } from './byte-reader.ts';

/**
 * A backup file: a header line in JSON, then frames: length (4 bytes, big-endian) ‖ AES-256-GCM of at most 256 KiB, under
 * a key of this file alone (HMAC-SHA256 of the master key over the header's salt). A frame's nonce is its index; bound
 * to it are the header and whether it is the last. So a frame that is altered, missing, moved or of another file is
 * noticed, and so is a file that was cut short.
 */
const FORMAT = 'uketsuke-backup';
const VERSION = 1;
const FRAME_BYTES = 256 * 1024;
const TAG_BYTES = 16;
const HEADER_MAX_BYTES = 1024;
const SALT_BYTES = 32;

const versionSchema = z.object({ format: z.literal(FORMAT), version: z.int().min(1) });
const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** UTC */
  createdAt: z.iso.datetime({ precision: 3 }),
  salt: base64urlOf(SALT_BYTES),
  /** Names the master key without giving it away. */
  sealedUnder: base64urlOf(32),
});

/** Seals a stream of bytes under the master key. `now`: ms since 1970 UTC. */
export async function* sealBackup(
  content: AsyncIterable<Uint8Array>,
  masterKey: Uint8Array,
  { now, random }: { readonly now: number; readonly random: RandomBytes },
): AsyncGenerator<Uint8Array> {
  const salt = toBase64url(random(SALT_BYTES));
  const fields = { createdAt: new Date(now).toISOString(), salt, sealedUnder: nameOf(masterKey) };
  const headerLine = Buffer.from(`${JSON.stringify({ format: FORMAT, version: VERSION, ...fields })}\n`);
  const seal = frameSealer(headerLine, keyOf(masterKey, salt));
  yield headerLine;
  let waiting = Buffer.alloc(0);
  for await (const piece of content) {
    waiting = Buffer.concat([waiting, piece]);
    // One frame is always held back, as only the end of the content tells that it is the last.
    for (; waiting.length > FRAME_BYTES; waiting = waiting.subarray(FRAME_BYTES)) {
      yield seal(waiting.subarray(0, FRAME_BYTES), false);
    }
  }
  yield seal(waiting, true);
}

/**
 * The content of a backup file, frame by frame, each verified. That it is complete is known only when this has come to
 * its end.
 * @throws BackupRefusedError
 */
export async function* openBackup(file: AsyncIterable<Uint8Array>, masterKey: Uint8Array): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(file);
  const headerLine = await reader.line(HEADER_MAX_BYTES);
  if (headerLine === undefined) throw new BackupRefusedError('not-a-backup', 'the file does not begin like a backup');
  const header = parseHeader(headerLine);
  if (header.sealedUnder !== nameOf(masterKey)) {
    throw new BackupRefusedError('backup-foreign', 'the backup was sealed under another master key');
  }
  const open = frameOpener(headerLine, keyOf(masterKey, header.salt));
  for (let isLast = false; !isLast; ) {
    const length = (await reader.exactly(4))?.readUInt32BE();
    const tooLong = length !== undefined && (length < TAG_BYTES || length > FRAME_BYTES + TAG_BYTES);
    const sealed = length === undefined || tooLong ? undefined : await reader.exactly(length);
    if (sealed === undefined) throw damaged('the file is cut short');
    isLast = await reader.isAtEnd();
    yield open(sealed, isLast);
  }
}

function parseHeader(line: Buffer): z.infer<typeof headerSchema> {
  const json = parseJson(line.toString('utf8'));
  const version = versionSchema.safeParse(json);
  if (!version.success) throw new BackupRefusedError('not-a-backup', 'the file does not begin like a backup');
  if (version.data.version > VERSION) {
    throw new BackupRefusedError('backup-too-new', `backup version ${version.data.version}`);
  }
  const header = headerSchema.safeParse(json);
  if (!header.success) throw damaged('the header is malformed');
  return header.data;
}

function frameSealer(headerLine: Buffer, key: Buffer) {
  let index = 0;
  return (content: Uint8Array, isLast: boolean): Buffer => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index));
    cipher.setAAD(bindingOf(headerLine, isLast));
    index += 1;
    const sealed = Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(sealed.length);
    return Buffer.concat([length, sealed]);
  };
}

function frameOpener(headerLine: Buffer, key: Buffer) {
  let index = 0;
  return (sealed: Buffer, isLast: boolean): Buffer => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index));
    decipher.setAAD(bindingOf(headerLine, isLast));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    index += 1;
    try {
      return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw damaged(`part ${index} is altered or not in its place`, { cause });
    }
  };
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 8);
  return nonce;
}

function bindingOf(headerLine: Buffer, isLast: boolean): Buffer {
  const digest = createHash('sha256').update(headerLine).digest();
  return Buffer.concat([digest, Buffer.of(isLast ? 1 : 0)]);
}

function keyOf(masterKey: Uint8Array, salt: string): Buffer {
  return createHmac('sha256', masterKey).update(`uketsuke backup 1:${salt}`).digest();
}

function nameOf(masterKey: Uint8Array): string {
  return createHmac('sha256', masterKey).update('uketsuke backup 1: name of the key').digest('base64url');
}

function damaged(detail: string, options?: ErrorOptions): BackupRefusedError {
  return new BackupRefusedError('backup-damaged', detail, options);
}
