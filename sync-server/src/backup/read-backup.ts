import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import * as z from 'zod';
import { type BackupRecord, type keptDocumentSchema, type Manifest, recordSchema } from './backup-content.ts';
import { BackupRefusedError } from './backup-errors.ts';
import { openBackup } from './backup-seal.ts';

/** A document on its way out of a backup. */
export interface RestoredDocument {
  readonly database: string;
  readonly document: z.infer<typeof keptDocumentSchema>;
}

/**
 * Reads a backup file to its end and verifies it: its seal, that it is complete, and that it holds what its manifest
 * says.
 * @throws BackupRefusedError, the system's error
 */
export async function verifyBackup(path: string, masterKey: Uint8Array): Promise<Manifest> {
  const counts = new Map<string, number>();
  let database: string | undefined;
  let manifest: Manifest | undefined;
  for await (const record of recordsOf(path, masterKey)) {
    if (manifest !== undefined) throw damaged('something follows the manifest');
    if ('manifest' in record) manifest = record.manifest;
    else if ('database' in record) {
      database = record.database;
      if (counts.has(database)) throw damaged('a database comes twice');
      counts.set(database, 0);
    } else {
      if (database === undefined) throw damaged('a document stands outside a database');
      counts.set(database, (counts.get(database) ?? 0) + 1);
    }
  }
  if (manifest === undefined) throw damaged('the manifest is missing');
  const told = Object.entries(manifest.databases);
  if (told.length !== counts.size || told.some(([name, count]) => counts.get(name) !== count)) {
    throw damaged('the manifest tells of other documents');
  }
  return manifest;
}

/** The documents of a backup that `verifyBackup` has found good. */
export async function* documentsOf(path: string, masterKey: Uint8Array): AsyncGenerator<RestoredDocument> {
  let database = '';
  for await (const record of recordsOf(path, masterKey)) {
    if ('database' in record) database = record.database;
    else if ('document' in record) yield { database, document: record.document };
  }
}

async function* recordsOf(path: string, masterKey: Uint8Array): AsyncGenerator<BackupRecord> {
  const gunzip = createGunzip();
  pipeline(Readable.from(openBackup(bytesOf(path), masterKey)), gunzip, () => {});
  try {
    for await (const line of linesOf(gunzip)) yield recordSchema.parse(JSON.parse(line));
  } catch (cause) {
    if (isMalformed(cause)) throw damaged('the content cannot be read', { cause });
    throw cause;
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path)) if (piece instanceof Uint8Array) yield piece;
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const piece of stream) {
    if (!(piece instanceof Uint8Array)) continue;
    const lines = (waiting + decoder.decode(piece, { stream: true })).split('\n');
    waiting = lines.pop() ?? '';
    yield* lines;
  }
  if (waiting !== '') throw damaged('the last line is cut short');
}

const zlibErrorSchema = z.object({ code: z.string().regex(/^Z_/) });

function isMalformed(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof z.ZodError || zlibErrorSchema.safeParse(error).success;
}

function damaged(detail: string, options?: ErrorOptions): BackupRefusedError {
  return new BackupRefusedError('backup-damaged', detail, options);
}
