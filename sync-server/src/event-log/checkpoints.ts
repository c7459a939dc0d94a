import { readJson } from '@uketsuke/shared/json';
import * as z from 'zod';
import { RequestRefusedError } from '../http/request-refused.ts';

/** A document as it was read; `rev` is CouchDB's. */
const readDocumentSchema = z.strictObject({ id: z.string().min(1).max(200), rev: z.string().min(3).max(64) });
export type ReadDocument = z.infer<typeof readDocumentSchema>;

/** Where a device stands in a log, in the life of the database it was read from. */
const positionSchema = z.strictObject({
  epoch: z.string().min(1).max(64),
  seq: z.string().min(1).max(3_000),
  last: readDocumentSchema.optional(),
});

export interface Position {
  readonly sequence: string;
  /** The last document that was handed out: whether the database still knows it tells a restored copy (SYN-5). */
  readonly last: ReadDocument | undefined;
}

/** The opaque text of a position: base64url of its JSON. */
export function writeCheckpoint(epoch: string, { sequence, last }: Position): string {
  return Buffer.from(JSON.stringify({ epoch, seq: sequence, last })).toString('base64url');
}

/**
 * The position to read on from; undefined is the beginning, also for a checkpoint of another epoch (SYN-5).
 * @throws RequestRefusedError 400 when the text is not a checkpoint
 */
export function readCheckpoint(text: string | undefined, epoch: string): Position | undefined {
  if (text === undefined || text === '') return undefined;
  const position = readJson(Buffer.from(text, 'base64url').toString('utf8'), positionSchema);
  if (position === undefined) throw new RequestRefusedError(400, 'malformed-request', 'checkpoint: not one of ours');
  const { seq: sequence, last } = position;
  return position.epoch === epoch ? { sequence, last } : undefined;
}

/**
 * About how many changes a sequence stands after the beginning, to tell small pulls from large ones. CouchDB calls
 * the text opaque, yet it begins with that number; where it does not, this is 0.
 */
export function roughPosition(sequence: string | undefined): number {
  return Number(/^\d{1,12}/.exec(sequence ?? '')?.[0] ?? 0);
}
