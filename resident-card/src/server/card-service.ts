import {
  cardStateResponseSchema,
  cityResponseSchema,
  type IssueCardRequest,
  type IssuedCard,
  issuedCardSchema,
  problemSchema,
} from '@uketsuke/shared/contracts';
import type { z } from 'zod';
import type { CardState, StoredCard } from '../card/stored-card.ts';
import { CardServiceError } from './card-service-error.ts';

const REQUEST_TIMEOUT_MS = 20_000;

/** What is needed to manage a card that was issued. */
export type CardKey = Pick<StoredCard, 'cardId' | 'managementToken'>;

/** The city's card service. Every method throws CardServiceError. */
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

interface Call {
  readonly method: 'GET' | 'POST';
  readonly body?: IssueCardRequest;
  readonly token?: string;
}

/** A client of `/card/v1` on the page's own origin. */
export function createCardService({ fetch, isOnline }: CardServiceSurroundings): CardService {
  async function send(path: string, { method, body, token }: Call): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`/card/v1${path}`, {
        method,
        credentials: 'omit',
        cache: 'no-store',
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new CardServiceError(isOnline() ? 'unreachable' : 'offline');
    }
    if (!response.ok) throw await readProblem(response);
    return response;
  }

  async function ask<Schema extends z.ZodType>(schema: Schema, path: string, call: Call): Promise<z.infer<Schema>> {
    const response = await send(path, call);
    const parsed = schema.safeParse(await response.json().catch(() => undefined));
    if (!parsed.success) throw new CardServiceError('unexpected-answer');
    return parsed.data;
  }

  return {
    cityName: async () => (await ask(cityResponseSchema, '/city', { method: 'GET' })).name,
    issue: (request) => ask(issuedCardSchema, '/cards', { method: 'POST', body: request }),
    reissue: (card, request) =>
      ask(issuedCardSchema, `/cards/${card.cardId}/reissue`, {
        method: 'POST',
        body: request,
        token: card.managementToken,
      }),
    revoke: async (card) => {
      await send(`/cards/${card.cardId}/revoke`, { method: 'POST', token: card.managementToken });
    },
    state: (card) => readState(ask, card),
  };
}

async function readState(
  ask: (
    schema: typeof cardStateResponseSchema,
    path: string,
    call: Call,
  ) => Promise<z.infer<typeof cardStateResponseSchema>>,
  card: CardKey,
): Promise<CardState> {
  try {
    const answer = await ask(cardStateResponseSchema, `/cards/${card.cardId}/state`, {
      method: 'GET',
      token: card.managementToken,
    });
    return answer.state;
  } catch (thrown) {
    if (!(thrown instanceof CardServiceError)) throw thrown;
    if (thrown.code === 'card-revoked') return 'revoked';
    if (['card-unknown', 'not-found', 'wrong-credentials', 'not-signed-in', 'not-allowed'].includes(thrown.code))
      return 'unknown';
    throw thrown;
  }
}

async function readProblem(response: Response): Promise<CardServiceError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return new CardServiceError(response.status >= 502 && response.status <= 504 ? 'unreachable' : 'unexpected-answer');
  }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new CardServiceError(problem.data.code, seconds > 0 ? seconds : undefined);
}
