import { ChangeBus } from './couch/change-bus.ts';
import type { Couch } from './couch/couch.ts';
import type { Documents } from './couch/documents.ts';
import { LogReaders } from './event-log/log-reader.ts';
import { FACTS_DATABASE, FactBoard } from './facts/fact-board.ts';

/** What the parts of a city's server or of a hub share of the database; nothing is opened a second time elsewhere. */
export interface Databases {
  readonly changes: ChangeBus;
  readonly readers: LogReaders;
  readonly factsDatabase: Documents;
  readonly facts: FactBoard;
  stop(): void;
}

/** @param onPollError told when looking for what other processes wrote failed; it is tried again */
export async function openDatabases(couch: Couch, onPollError: (error: unknown) => void): Promise<Databases> {
  const changes = new ChangeBus({ couch, onPollError });
  const readers = new LogReaders(couch);
  try {
    const factsDatabase: Documents = await readers.use(FACTS_DATABASE, async ({ database }) => database);
    const facts = new FactBoard(factsDatabase, changes);
    return { changes, readers, factsDatabase, facts, stop: () => changes.stop() };
  } catch (error) {
    changes.stop();
    throw error;
  }
}
