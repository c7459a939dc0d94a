import * as z from 'zod';
import { isCityDatabase } from './city-databases.ts';

/** What a backup holds, told at its end. */
export const manifestSchema = z.strictObject({
  /** When the reading of the databases began, UTC. */
  createdAt: z.iso.datetime({ precision: 3 }),
  /** Of the server that made it. */
  serverVersion: z.string().min(1),
  /** Number of documents by database, without prefix. */
  databases: z.record(z.string().refine(isCityDatabase), z.int().min(0)),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** A document with its id and without revision; what else is in it does not matter to a backup. */
export const keptDocumentSchema = z.looseObject({ _id: z.string().min(1), _rev: z.undefined().optional() });

/**
 * A line of the content, in JSON: a database begins, a document of it, or the manifest, which is the last line. A backup
 * of another version has another number in its header.
 */
export const recordSchema = z.union([
  z.strictObject({ database: z.string().refine(isCityDatabase) }),
  z.strictObject({ document: keptDocumentSchema }),
  z.strictObject({ manifest: manifestSchema }),
]);
export type BackupRecord = z.infer<typeof recordSchema>;
