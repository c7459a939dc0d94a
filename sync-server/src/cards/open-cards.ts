import type { RandomBytes } from '@uketsuke/shared/identifiers';
import type { Area } from '../area.ts';
import type { Couch } from '../couch/couch.ts';
import { openDatabase } from '../couch/open-database.ts';
import type { FactBoard } from '../facts/fact-board.ts';
import { limitAltogether, limitPerAddress } from '../http/rate-limit.ts';
import type { Identity } from '../identity/open-identity.ts';
import { CARDS_DATABASE, CardOffice } from './card-office.ts';
import { cardRoutes } from './card-routes.ts';
import { cardStaffRoutes } from './card-staff-routes.ts';

const REQUESTS_PER_MINUTE = 120;
/**
 * Of these, what takes a card back, which every kiosk of the city has to be told: of one address, and of all together.
 * One address may be a carrier's, behind which many residents are.
 */
const REVOCATIONS_PER_HOUR = 100;
const ALL_REVOCATIONS_PER_HOUR = 2_000;
const HOUR_MS = 60 * 60 * 1_000;
const HOUSEKEEPING_MS = 24 * 60 * 60 * 1_000;

export interface CardsOptions {
  readonly couch: Couch;
  readonly cityName: string;
  readonly identity: Pick<Identity, 'keyring' | 'gate'>;
  readonly facts: FactBoard;
  readonly random: RandomBytes;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** Deleting what has expired failed; it is tried again the next day. */
  readonly onHousekeepingError: (error: unknown) => void;
}

/** Residents' cards: issued, issued anew and revoked. */
export async function openCards(options: CardsOptions): Promise<Area & { readonly office: CardOffice }> {
  const { couch, cityName, facts, random, now } = options;
  const { keyring, gate } = options.identity;
  const office = new CardOffice({ database: await openDatabase(couch, CARDS_DATABASE), facts, keyring, random, now });
  const limitIssues = limitPerAddress(REQUESTS_PER_MINUTE);
  const limitRevocations = [
    limitPerAddress(REVOCATIONS_PER_HOUR, HOUR_MS),
    limitAltogether(ALL_REVOCATIONS_PER_HOUR, HOUR_MS),
  ];
  const clean = () => void facts.deleteExpired(now()).catch(options.onHousekeepingError);
  clean();
  const housekeeping = setInterval(clean, HOUSEKEEPING_MS);
  return {
    office,
    routes: [...cardRoutes({ cityName, office, limitIssues, limitRevocations }), ...cardStaffRoutes(gate, office)],
    stop: () => clearInterval(housekeeping),
  };
}
