import { type Couch, databaseName } from '../couch/couch.ts';
import { isFileExists, isNotFound } from '../couch/couch-errors.ts';
import { type DocumentJson, IncompleteWriteError, writeBatch } from '../event-log/write-batch.ts';
import type { Manifest } from './backup-content.ts';
import { ServerNotEmptyError, UnfinishedRestoreError } from './backup-errors.ts';
import { cityDatabases } from './city-databases.ts';
import { documentsOf, verifyBackup } from './read-backup.ts';

/** Is there while a restore is under way, so that no server starts on half of one. */
const MARKER_DATABASE = 'unfinished-restore';
const BATCH_DOCUMENTS = 500;
const BATCH_BYTES = 1024 * 1024;

export interface RestoreOptions {
  readonly couch: Couch;
  readonly masterKey: Uint8Array;
  /** The backup file. */
  readonly path: string;
  /** Whether what is there may be deleted. */
  readonly replace: boolean;
}

/**
 * Restores a backup. All of it is verified before anything is deleted or written. Every log gets a new epoch when the
 * server first opens it, so that kiosks offer again what came after the backup (BAK-2); indexes are made then, too.
 * No server may run over the databases meanwhile.
 * @throws BackupRefusedError, ServerNotEmptyError: nothing was changed then; IncompleteWriteError, the error of nano
 */
export async function restoreBackup({ couch, masterKey, path, replace }: RestoreOptions): Promise<Manifest> {
  const manifest = await verifyBackup(path, masterKey);
  const present = await cityDatabases(couch);
  if (!replace && (present.length > 0 || (await isRestoreUnfinished(couch)))) throw new ServerNotEmptyError();
  await create(couch, MARKER_DATABASE);
  for (const name of present) await couch.server.db.destroy(databaseName(couch, name));
  for (const name of Object.keys(manifest.databases)) await create(couch, name);
  await writeDocuments(couch, path, masterKey);
  await couch.server.db.destroy(databaseName(couch, MARKER_DATABASE));
  return manifest;
}

/** @throws UnfinishedRestoreError */
export async function refuseUnfinishedRestore(couch: Couch): Promise<void> {
  if (await isRestoreUnfinished(couch)) throw new UnfinishedRestoreError();
}

async function isRestoreUnfinished(couch: Couch): Promise<boolean> {
  try {
    await couch.server.request({ db: databaseName(couch, MARKER_DATABASE), method: 'get' });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function create(couch: Couch, name: string): Promise<void> {
  try {
    await couch.server.db.create(databaseName(couch, name));
  } catch (error) {
    if (!isFileExists(error)) throw error;
  }
}

async function writeDocuments(couch: Couch, path: string, masterKey: Uint8Array): Promise<void> {
  let batch: DocumentJson[] = [];
  let bytes = 0;
  let target = '';
  const flush = async () => {
    if (batch.length === 0) return;
    const results = await writeBatch(couch, couch.server.use(databaseName(couch, target)), batch);
    if (results.some((result) => result !== 'written')) throw new IncompleteWriteError();
    batch = [];
    bytes = 0;
  };
  for await (const { database, document } of documentsOf(path, masterKey)) {
    const json = JSON.stringify(document);
    if (database !== target || batch.length === BATCH_DOCUMENTS || bytes + json.length > BATCH_BYTES) await flush();
    target = database;
    batch.push({ id: document._id, json });
    bytes += json.length;
  }
  await flush();
}
