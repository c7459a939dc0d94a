import { CodedError } from '@uketsuke/shared/coded-error';
import { readJson } from '@uketsuke/shared/json';
import { type CardDraft, cardDraftSchema } from '../card/card-draft.ts';
import { type CardRequest, cardRequestSchema } from '../card/card-request.ts';
import { readStoredCard, type StoredCard, type StoredCardReading, storedCardText } from '../card/stored-card.ts';

const CARD_KEY = 'uketsuke.card';
const DRAFT_KEY = 'uketsuke.card.draft';
const REQUEST_KEY = 'uketsuke.card.request';
const CITY_KEY = 'uketsuke.card.city';
const LANGUAGE_KEY = 'uketsuke.card.language';

/** This browser keeps nothing (storage switched off, full, or a private window). */
export class DeviceMemoryError extends CodedError<'device-memory'> {
  override readonly name = 'DeviceMemoryError';
  constructor(options?: ErrorOptions) {
    super('device-memory', 'the browser did not keep the data', options);
  }
}

/** What this device keeps: one card, one draft, one request, the language, the city's name. Nothing else is stored anywhere. */
export interface DeviceMemory {
  card(): StoredCardReading;
  /** Throws DeviceMemoryError when the card was not kept. */
  keepCard(card: StoredCard): void;
  draft(): CardDraft | undefined;
  /** Whether the draft was kept. */
  keepDraft(draft: CardDraft): boolean;
  dropDraft(): void;
  /** The request for a card whose answer has not come yet. */
  request(): CardRequest | undefined;
  /** Keeps the request; until the app is closed where the browser keeps nothing. */
  keepRequest(request: CardRequest): void;
  dropRequest(): void;
  language(): string | undefined;
  keepLanguage(language: string): void;
  /** The city's name as last heard: for when there is no network, and for paper. */
  cityName(): string | undefined;
  keepCityName(name: string): void;
  /** Deletes card, draft and request from this device. */
  forgetAll(): void;
}

/** The memory over a Web Storage area; `undefined` where the browser gives none. */
export function createDeviceMemory(storage: Storage | undefined): DeviceMemory {
  const read = (key: string) => {
    try {
      return storage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  };
  const write = (key: string, value: string) => {
    if (storage === undefined) throw new DeviceMemoryError();
    try {
      storage.setItem(key, value);
    } catch (cause) {
      throw new DeviceMemoryError({ cause });
    }
  };
  const tryToWrite = (key: string, value: string) => {
    try {
      write(key, value);
      return true;
    } catch {
      return false;
    }
  };
  let unkeptRequest: CardRequest | undefined;
  return {
    card: () => readStoredCard(read(CARD_KEY)),
    keepCard: (card) => write(CARD_KEY, storedCardText(card)),
    draft: () => readJson(read(DRAFT_KEY), cardDraftSchema),
    keepDraft: (draft) => tryToWrite(DRAFT_KEY, JSON.stringify(draft)),
    dropDraft: () => storage?.removeItem(DRAFT_KEY),
    request: () => readJson(read(REQUEST_KEY), cardRequestSchema) ?? unkeptRequest,
    keepRequest: (request) => {
      unkeptRequest = tryToWrite(REQUEST_KEY, JSON.stringify(request)) ? undefined : request;
    },
    dropRequest: () => {
      unkeptRequest = undefined;
      storage?.removeItem(REQUEST_KEY);
    },
    language: () => read(LANGUAGE_KEY) ?? undefined,
    keepLanguage: (language) => {
      tryToWrite(LANGUAGE_KEY, language);
    },
    cityName: () => read(CITY_KEY) ?? undefined,
    keepCityName: (name) => {
      tryToWrite(CITY_KEY, name);
    },
    forgetAll: () => {
      storage?.removeItem(CARD_KEY);
      storage?.removeItem(DRAFT_KEY);
      storage?.removeItem(REQUEST_KEY);
      unkeptRequest = undefined;
    },
  };
}

/** The browser's local storage; `undefined` where reaching for it is refused. */
export function localStorageIfAny(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
