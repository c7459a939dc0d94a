/**
 * The part of PouchDB 9 that the embedded server uses. (`@types/pouchdb` redeclares the global `Buffer`, and
 * does not know the `db` option.)
 */
declare module 'pouchdb-core' {
  interface ExistingDocument extends Record<string, unknown> {
    _id: string;
    _rev: string;
  }

  interface WriteResult {
    ok: boolean;
    id: string;
    rev: string;
  }

  interface AllDocsOptions {
    keys?: string[];
    key?: string;
    startkey?: string;
    endkey?: string;
    inclusive_end?: boolean | undefined;
    include_docs?: boolean | undefined;
    conflicts?: boolean | undefined;
    descending?: boolean | undefined;
    limit?: number | undefined;
    skip?: number | undefined;
  }

  interface AllDocsRow {
    id?: string;
    key: string;
    value?: { rev: string; deleted?: boolean };
    doc?: ExistingDocument | null;
    error?: string;
  }

  interface ChangesOptions {
    since?: number;
    limit?: number;
    include_docs?: boolean | undefined;
  }

  interface Change {
    id: string;
    seq: number | string;
    changes: { rev: string }[];
    deleted?: boolean;
    doc?: ExistingDocument;
  }

  interface FindRequest {
    selector: Record<string, unknown>;
    fields?: string[] | undefined;
    sort?: (string | Record<string, 'asc' | 'desc'>)[] | undefined;
    limit?: number | undefined;
    skip?: number | undefined;
    use_index?: string | [string, string] | undefined;
  }

  interface IndexRequest {
    index: { fields: string[]; ddoc?: string; name?: string };
  }

  interface QueryOptions {
    key?: unknown;
    keys?: unknown[] | undefined;
    startkey?: unknown;
    endkey?: unknown;
    inclusive_end?: boolean | undefined;
    include_docs?: boolean | undefined;
    descending?: boolean | undefined;
    limit?: number | undefined;
    skip?: number | undefined;
    reduce?: boolean | undefined;
    group?: boolean | undefined;
    group_level?: number | undefined;
  }

  /** Opens a database on the PouchDB given as `this`. */
  interface PouchAdapter {
    (this: unknown, options: object, callback: (error: unknown) => void): void;
    valid(): boolean;
    use_prefix: boolean;
  }

  class PouchDB {
    constructor(name: string, configuration: { adapter: 'leveldb'; db: unknown; revs_limit?: number });
    static plugin(plugin: unknown): void;
    static adapter(name: string, adapter: PouchAdapter, isPreferred: boolean): void;
    info(): Promise<{ doc_count: number; update_seq: number | string }>;
    get(
      id: string,
      options?: { rev?: string | undefined; revs?: boolean | undefined; revs_info?: boolean | undefined } & {
        conflicts?: boolean | undefined;
      },
    ): Promise<ExistingDocument>;
    put(document: Record<string, unknown> & { _id: string }): Promise<WriteResult>;
    remove(document: { _id: string; _rev: string }): Promise<WriteResult>;
    bulkDocs(documents: readonly Record<string, unknown>[], options: { new_edits: boolean }): Promise<unknown[]>;
    allDocs(options: AllDocsOptions): Promise<{ total_rows: number; offset?: number; rows: AllDocsRow[] }>;
    changes(options: ChangesOptions): Promise<{ results: Change[]; last_seq: number | string }>;
    compact(): Promise<unknown>;
    find(request: FindRequest): Promise<{ docs: ExistingDocument[]; warning?: string }>;
    createIndex(request: IndexRequest): Promise<{ result: string; id?: string; name?: string }>;
    query(
      view: string,
      options: QueryOptions,
    ): Promise<{ total_rows?: number; offset?: number; rows: Record<string, unknown>[] }>;
    close(): Promise<void>;
    destroy(): Promise<unknown>;
  }

  export type { FindRequest, PouchAdapter };
  export default PouchDB;
}

declare module 'pouchdb-find' {
  const plugin: unknown;
  export default plugin;
}

declare module 'pouchdb-mapreduce' {
  const plugin: unknown;
  export default plugin;
}

declare module 'pouchdb-adapter-leveldb-core' {
  /** Opens a database in the LevelDB of `options.db` on the PouchDB given as `this`. */
  function openLevelPouch(this: unknown, options: object, callback: (error: unknown) => void): void;
  export default openLevelPouch;
}
