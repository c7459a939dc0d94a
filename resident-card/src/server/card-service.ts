import {
  ApiError,
  asApiError,
  cardContracts,
  createClient,
  fetchSend,
  type IssueCardRequest,
  type IssuedCard,
} from '@uketsuke/shared/contracts';
import type { CardState, StoredCard } from '../card/stored-card.ts';

const REQUEST_TIMEOUT_MS = 20_000;

/** What is needed to manage a card that was issued. */
export type CardKey = Pick<StoredCard, 'cardId' | 'managementToken'>;

/** The city's card service. Every method rejects with ApiError. */
export interface CardService {
  cityName(): Promise<string>;
  issue(request: IssueCardRequest): Promise<IssuedCard>;
  /** The old card is revoked by this. */
  reissue(card: CardKey, request: IssueCardRequest): Promise<IssuedCard>;
  revoke(card: CardKey): Promise<void>;
  state(card: CardKey): Promise<CardState>;
}

/** What the service needs from outside. */
export interface CardServiceSurroundings {
  readonly fetch: typeof fetch;
  readonly isOnline: () => boolean;
}

/** A client of the card service on the page's own origin. */
export function createCardService({ fetch, isOnline }: CardServiceSurroundings): CardService {
  const init: RequestInit = { credentials: 'omit', cache: 'no-store' };
  const send = fetchSend({ fetch, timeoutMs: REQUEST_TIMEOUT_MS, init });
  const client = createClient(cardContracts, (request) =>
    send(request).catch((cause: unknown) => {
      throw new ApiError(isOnline() ? 'unreachable' : 'offline', { cause });
    }),
  );
  return {
    cityName: async () => (await client.city()).name,
    issue: (request) => client.issue({ body: request }),
    reissue: ({ cardId, managementToken }, request) =>
      client.reissue({ params: { cardId }, body: request }, { bearer: managementToken }),
    revoke: ({ cardId, managementToken }) => client.revoke({ params: { cardId } }, { bearer: managementToken }),
    state: ({ cardId, managementToken }) =>
      client.state({ params: { cardId } }, { bearer: managementToken }).then(({ state }) => state, stateOfRefusal),
  };
}

const NOT_KNOWN: ReadonlySet<ApiError['code']> = new Set([
  'card-unknown',
  'not-found',
  'wrong-credentials',
  'not-signed-in',
  'not-allowed',
]);

/** What a refusal says of the card; other failures are thrown on. */
function stateOfRefusal(thrown: unknown): CardState {
  const { code } = asApiError(thrown);
  if (code === 'card-revoked') return 'revoked';
  if (NOT_KNOWN.has(code)) return 'unknown';
  throw thrown;
}
