import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Listeners } from '@uketsuke/shared/listeners';
import { Turn } from '@uketsuke/shared/turn';
import { CouchProblem, notFound } from './couch-problem.ts';
import { Lives } from './lives.ts';
import { PouchDB } from './pouchdb-on-leveldb.ts';
import { syncedLeveldown } from './synced-leveldown.ts';

/** https://docs.couchdb.org/en/stable/api/database/common.html#put--db */
const DATABASE_NAME = /^[a-z][a-z0-9_$()+/-]{0,237}$/;
const DELETED = '.deleted-';

/** One open database. */
export interface EmbeddedDatabase {
  readonly name: string;
  readonly pouch: PouchDB;
  /** Its sequences; begun when it is opened. */
  readonly lives: () => Promise<Lives>;
}

/** The databases of a folder: one subfolder each, with the documents and the view indexes inside. */
export class Databases {
  readonly #directory: string;
  readonly #names: Set<string>;
  readonly #open = new Map<string, EmbeddedDatabase>();
  readonly #writeListeners = new Listeners<[name: string]>();
  /** Creations and deletions happen one after another. */
  readonly #changes = new Turn();

  private constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = new Set(names);
  }

  /** Finds the databases of `directory` (made if missing) and clears away what an interrupted deletion left. */
  static async in(directory: string): Promise<Databases> {
    await mkdir(directory, { recursive: true });
    const names: string[] = [];
    for (const entry of await readdir(directory)) {
      if (entry.startsWith(DELETED)) await rm(join(directory, entry), { recursive: true, force: true });
      else names.push(decodeURIComponent(entry));
    }
    return new Databases(directory, names);
  }

  list(): string[] {
    return [...this.#names].sort();
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** @throws CouchProblem 404 */
  get(name: string): EmbeddedDatabase {
    const opened = this.#open.get(name);
    if (opened !== undefined) return opened;
    if (!this.#names.has(name)) throw notFound('Database does not exist.');
    const configuration = { adapter: 'leveldb', db: syncedLeveldown, revs_limit: 100 } as const;
    const pouch = new PouchDB(join(this.#folder(name), 'documents'), configuration);
    const database = { name, pouch, lives: once(() => Lives.begin(pouch)) };
    this.#open.set(name, database);
    return database;
  }

  /** @throws CouchProblem 400, 412 */
  create(name: string): Promise<void> {
    return this.#changes.run(async () => {
      if (!DATABASE_NAME.test(name)) throw new CouchProblem(400, 'illegal_database_name', illegalName(name));
      if (this.#names.has(name)) {
        throw new CouchProblem(412, 'file_exists', 'The database could not be created, the file already exists.');
      }
      await mkdir(this.#folder(name));
      await flushDirectory(this.#directory);
      this.#names.add(name);
      await this.get(name).pouch.info();
    });
  }

  /** @throws CouchProblem 404 */
  delete(name: string): Promise<void> {
    return this.#changes.run(async () => {
      const { pouch } = this.get(name);
      this.#names.delete(name);
      this.#open.delete(name);
      await pouch.destroy();
      const grave = join(this.#directory, `${DELETED}${process.hrtime.bigint()}`);
      await rename(this.#folder(name), grave);
      await flushDirectory(this.#directory);
      await rm(grave, { recursive: true, force: true });
    });
  }

  /** To be called after every write. */
  wrote(database: EmbeddedDatabase): void {
    this.#writeListeners.publish(database.name);
  }

  onWrite(listener: (name: string) => void): () => void {
    return this.#writeListeners.subscribe(listener);
  }

  async close(): Promise<void> {
    await this.#changes.settled();
    const opened = [...this.#open.values()];
    this.#open.clear();
    this.#names.clear();
    for (const { pouch } of opened) await pouch.close();
  }

  #folder(name: string): string {
    return join(this.#directory, encodeURIComponent(name));
  }
}

/** What `make` makes, made at the first call; after a failure, at the next. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

function illegalName(name: string): string {
  return (
    `Name: '${name}'. Only lowercase characters (a-z), digits (0-9), and any of the characters ` +
    '_, $, (, ), +, -, and / are allowed. Must begin with a letter.'
  );
}

/** A new or renamed entry survives a power cut only when its directory is flushed. */
async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
