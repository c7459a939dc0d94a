import type { ShelterId } from '@uketsuke/shared/identifiers';
import type { ReceivedEvent } from './stored-event.ts';

/**
 * Something made of the shelters' logs: a roster, published links, points. At every start all logs are read to it from
 * the beginning, then what comes.
 */
export interface LogProjection {
  /** Takes in events of one shelter, in any order and any number of times; the next page is read when it is done. */
  apply(shelterId: ShelterId, events: readonly ReceivedEvent[]): void | Promise<void>;
  /** The shelter's log was replaced by another: what was applied of it no longer holds, and all of it is read anew. */
  restart(shelterId: ShelterId): void;
  /** The shelter's log was read to its end; told again whenever more was read. */
  completed(shelterId: ShelterId): void;
}
