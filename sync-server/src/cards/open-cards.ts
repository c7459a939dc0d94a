import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type { Area } from '../area.ts';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { limitPerAddress } from '../http/rate-limit.ts';
import type { Identity } from '../identity/open-identity.ts';
import { CARDS_DATABASE, CardOffice } from './card-office.ts';
import { cardRoutes } from './card-routes.ts';
import { cardStaffRoutes } from './card-staff-routes.ts';

const REQUESTS_PER_MINUTE = 120;

export interface CardsOptions {
  readonly couch: Couch;
  readonly cityName: string;
  readonly identity: Pick<Identity, 'keyring' | 'gate'>;
  readonly facts: FactBoard;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** Residents' cards: issued, issued anew and revoked. */
export async function openCards(options: CardsOptions): Promise<Area & { readonly office: CardOffice }> {
  const { couch, cityName, facts, random, now } = options;
  const { keyring, gate } = options.identity;
  const office = new CardOffice({ database: await openDatabase(couch, CARDS_DATABASE), facts, keyring, random, now });
  return {
    office,
    routes: [
      ...cardRoutes({ cityName, office, limitIssues: limitPerAddress(REQUESTS_PER_MINUTE) }),
      ...cardStaffRoutes(gate, office),
    ],
  };
}
