import openLevelPouch from 'pouchdb-adapter-leveldb-core';
import PouchDB, { type PouchAdapter } from 'pouchdb-core';
import pouchdbFind from 'pouchdb-find';
import pouchdbMapReduce from 'pouchdb-mapreduce';

/**
 * PouchDB with views, queries and the adapter `leveldb`, on the LevelDB that each database is given as `db`. Put
 * together here, as the package `pouchdb` brings a second, older LevelDB with it.
 */
const leveldb: PouchAdapter = Object.assign(
  function (this: unknown, options: object, callback: (error: unknown) => void) {
    openLevelPouch.call(this, options, callback);
  },
  { valid: () => true, use_prefix: false },
);
PouchDB.adapter('leveldb', leveldb, true);
PouchDB.plugin(pouchdbMapReduce);
PouchDB.plugin(pouchdbFind);

export { PouchDB };
