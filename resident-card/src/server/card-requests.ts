import { type ApiError, asApiError, type IssuedCard } from '@uketsuke/shared/contracts';
import { asksFor, bodyOf, type CardRequest, type CardWish } from '../card/card-request.ts';
import { type StoredCard, storedCardOf } from '../card/stored-card.ts';
import type { CardService } from './card-service.ts';

/** Answers that say for certain that no card came of the request. Anything else may be the loss of a good answer. */
const REFUSALS: ReadonlySet<ApiError['code']> = new Set([
  'malformed-request',
  'card-too-large',
  'body-too-large',
  'card-unknown',
  'card-revoked',
  'request-id-taken',
  'not-found',
  'wrong-credentials',
  'not-signed-in',
  'not-allowed',
]);

/** Where the open request is kept. */
export interface RequestMemory {
  request(): CardRequest | undefined;
  keepRequest(request: CardRequest): void;
  dropRequest(): void;
}

export interface CardRequestsParts {
  readonly memory: RequestMemory;
  readonly service: CardService;
  /** ms since 1970 UTC */
  readonly now: () => number;
  /** 32 random bytes, base64url. */
  readonly newRequestId: () => string;
  /** Keeps the card on the device; whether that went well. */
  readonly keep: (card: StoredCard) => boolean;
}

/** A card that came, and the request it came for. */
export interface FinishedRequest {
  readonly card: StoredCard;
  readonly request: CardRequest;
}

/** Asks for cards so that an answer that gets lost makes no second card (CRD-10). */
export class CardRequests {
  readonly #parts: CardRequestsParts;
  #finishing: Promise<FinishedRequest | undefined> | undefined;

  constructor(parts: CardRequestsParts) {
    this.#parts = parts;
  }

  /** The request whose answer has not come yet. */
  open(): CardRequest | undefined {
    return this.#parts.memory.request();
  }

  /**
   * Asks for a card; anything still open that is not the same must be finished before.
   * @throws ApiError
   */
  async ask(wish: CardWish): Promise<StoredCard> {
    const open = this.open();
    const requestId = open !== undefined && asksFor(open, wish) ? open.requestId : this.#parts.newRequestId();
    const request: CardRequest = { version: 1, requestId, ...wish };
    // Before it is sent: the app may be closed before the answer comes.
    this.#parts.memory.keepRequest(request);
    return this.#send(request);
  }

  /**
   * Asks again for what was asked for and never answered. `undefined` when there is nothing of the kind, or when it was
   * given up and the server never did it. One at a time.
   * @throws ApiError
   */
  finish(): Promise<FinishedRequest | undefined> {
    this.#finishing ??= this.#finish().finally(() => {
      this.#finishing = undefined;
    });
    return this.#finishing;
  }

  /** The resident goes back to the old card, or to none. */
  abandon(): void {
    const { memory } = this.#parts;
    const open = this.open();
    if (open?.replaces === undefined) memory.dropRequest();
    else memory.keepRequest({ ...open, abandoned: true });
  }

  async #finish(): Promise<FinishedRequest | undefined> {
    const { memory, service } = this.#parts;
    const request = this.open();
    if (request === undefined) return undefined;
    if (request.abandoned === true && request.replaces !== undefined) {
      const state = await service.state(request.replaces);
      if (state !== 'revoked') {
        memory.dropRequest();
        return undefined;
      }
    }
    return { card: await this.#send(request), request };
  }

  async #send(request: CardRequest): Promise<StoredCard> {
    const { memory, now, keep } = this.#parts;
    const issued = await this.#exchange(request);
    const card = storedCardOf(issued, request.household, new Date(now()).toISOString());
    // Another tab may have had the answer, and changed the card since.
    if (memory.request()?.requestId === request.requestId && keep(card)) memory.dropRequest();
    return card;
  }

  async #exchange(request: CardRequest): Promise<IssuedCard> {
    const { memory, service } = this.#parts;
    const body = bodyOf(request);
    try {
      return await (request.replaces === undefined ? service.issue(body) : service.reissue(request.replaces, body));
    } catch (thrown) {
      const error = asApiError(thrown);
      if (REFUSALS.has(error.code)) memory.dropRequest();
      throw error;
    }
  }
}
