import { declaredHouseholdSchema } from '@uketsuke/shared/person';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Direction, RoughProxy } from '../../../testbed/rough-network/rough-proxy.ts';
import { openTestCity, type TestCity } from '../../../testbed/test-server/test-server.ts';
import { type CardDraft, cardDraftOf, checkCardDraft, emptyCardDraft } from '../card/card-draft.ts';
import type { CardWish } from '../card/card-request.ts';
import { draftAfter } from '../card/draft-after.ts';
import type { StoredCard } from '../card/stored-card.ts';
import { createDeviceMemory, type DeviceMemory } from '../device/device-memory.ts';
import { CardRequests } from './card-requests.ts';
import { createCardService } from './card-service.ts';

const TODAY = '2026-11-22';
let city: TestCity;
let line: RoughProxy;
/** Where the line is cut: on the way to the server, or back, when the server has done its work. */
let cut: Direction | undefined;
let storage: Map<string, string>;
let keys = 0;

beforeAll(async () => {
  city = await openTestCity();
  const server = await city.start();
  line = await RoughProxy.start(() => ({ port: Number(new URL(server.url).port) }), {
    treat: () => (cut === undefined ? {} : { cutAfter: { direction: cut, bytes: 0 } }),
  });
});
afterAll(async () => {
  await line.stop();
  await city.close();
});
beforeEach(() => {
  cut = undefined;
  storage = new Map();
});

const newKey = () => String(++keys);
const now = () => Date.parse(`${TODAY}T03:00:00Z`);

/** The app, as opened anew: it knows what its storage holds. */
function openApp() {
  const memory = createDeviceMemory(asStorage(storage));
  const service = createCardService({
    // A connection of its own each time, so that the line can be cut for the one and not for the other.
    fetch: (path, init) =>
      fetch(`http://127.0.0.1:${line.port}${String(path)}`, {
        ...init,
        headers: { ...Object.fromEntries(new Headers(init?.headers)), connection: 'close' },
      }),
    isOnline: () => true,
  });
  const keep = (card: StoredCard) => {
    memory.keepCard(card);
    return true;
  };
  const newRequestId = () => toBase64url(crypto.getRandomValues(new Uint8Array(32)));
  return { memory, service, requests: new CardRequests({ memory, service, now, newRequestId, keep }) };
}

function asStorage(items: Map<string, string>): Storage {
  return {
    get length() {
      return items.size;
    },
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: (at) => [...items.keys()][at] ?? null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}

function typed(...names: readonly string[]): CardDraft {
  const [member] = emptyCardDraft(newKey).members;
  if (member === undefined) throw new Error('no member');
  const members = names.map((written) => ({ ...member, key: newKey(), written }));
  return { ...emptyCardDraft(newKey), members, withoutAddress: true, consent: true };
}

function wish(draft: CardDraft, replaced?: StoredCard): CardWish {
  const checked = checkCardDraft({ ...draft, consent: true }, TODAY);
  if (!('household' in checked)) throw new Error(JSON.stringify(checked.problems));
  const memberKeys = draft.members.map(({ key }) => key);
  if (replaced === undefined) return { household: checked.household, memberKeys };
  const { cardId, managementToken } = replaced;
  return { household: checked.household, memberKeys, replaces: { cardId, managementToken } };
}

const idsOf = (card: StoredCard) => card.household.members.map((member) => member.residentId);

function keptCard(memory: DeviceMemory): StoredCard {
  const reading = memory.card();
  if (reading.kind !== 'card') throw new Error(reading.kind);
  return reading.card;
}

async function firstCard(...names: readonly string[]): Promise<StoredCard> {
  return openApp().requests.ask(wish(typed(...names)));
}

describe('a request whose answer is lost (CRD-10)', () => {
  it.each(['up', 'down'] as const)('for a first card gives one card, cut on the way %s', async (direction) => {
    const draft = typed('熊本 花子', '熊本 太郎');
    cut = direction;
    await expect(openApp().requests.ask(wish(draft))).rejects.toMatchObject({ code: 'unreachable' });
    await expect(openApp().requests.ask(wish(draft))).rejects.toMatchObject({ code: 'unreachable' });
    cut = undefined;
    const app = openApp();
    const card = await app.requests.ask(wish(draft));
    expect(app.requests.open()).toBeUndefined();
    expect(keptCard(app.memory)).toEqual(card);
    expect(await app.service.state(card)).toBe('valid');
  });

  it.each(['up', 'down'] as const)('for a re-issue keeps the residents, cut on the way %s', async (direction) => {
    const old = await firstCard('熊本 花子', '熊本 太郎');
    const draft = cardDraftOf(old.household, newKey, old.cardId);
    cut = direction;
    await expect(openApp().requests.ask(wish(draft, old))).rejects.toMatchObject({ code: 'unreachable' });
    cut = undefined;
    const app = openApp();
    expect(await app.service.state(old)).toBe(direction === 'down' ? 'revoked' : 'valid');
    const finished = await app.requests.finish();
    expect(finished?.card.cardId).not.toBe(old.cardId);
    expect(idsOf(keptCard(app.memory))).toEqual(idsOf(old));
    expect(await app.service.state(old)).toBe('revoked');
    expect(await app.service.state(keptCard(app.memory))).toBe('valid');
  });

  it('is finished as it was, and what was typed since changes that card: nobody becomes a second resident', async () => {
    const draft = typed('熊本 花子', '熊本 太郎');
    cut = 'down';
    await openApp()
      .requests.ask(wish(draft))
      .catch(() => undefined);
    cut = undefined;
    const [first, second] = draft.members;
    const third = typed('熊本 美咲').members;
    if (first === undefined || second === undefined) throw new Error('no members');
    const edited = { ...draft, members: [...third, { ...second, written: '熊本 太朗' }, first] };
    const app = openApp();
    const finished = await app.requests.finish();
    if (finished === undefined) throw new Error('nothing to finish');
    const after = draftAfter(edited, finished.request, finished.card, TODAY);
    if (after === undefined) throw new Error('nothing was typed');
    expect(after.replaces).toBe(finished.card.cardId);
    const card = await app.requests.ask(wish(after, finished.card));
    expect(idsOf(card).slice(1)).toEqual(idsOf(finished.card).toReversed());
    expect(new Set(idsOf(card)).size).toBe(3);
    expect(await app.service.state(finished.card)).toBe('revoked');
  });

  it('says that nothing was typed since when nothing was', async () => {
    const draft = typed('熊本 花子');
    cut = 'down';
    await openApp()
      .requests.ask(wish(draft))
      .catch(() => undefined);
    cut = undefined;
    const finished = await openApp().requests.finish();
    if (finished === undefined) throw new Error('nothing to finish');
    expect(draftAfter({ ...draft, consent: false }, finished.request, finished.card, TODAY)).toBeUndefined();
  });

  it('is finished once, whoever asks', async () => {
    cut = 'down';
    await openApp()
      .requests.ask(wish(typed('熊本 花子')))
      .catch(() => undefined);
    cut = undefined;
    const app = openApp();
    const [one, other] = await Promise.all([app.requests.finish(), app.requests.finish()]);
    expect(one).toBe(other);
    expect(await app.requests.finish()).toBeUndefined();
  });

  it.each(['up', 'down'] as const)(
    'that was given up is finished only if the server did it, cut %s',
    async (direction) => {
      const old = await firstCard('熊本 花子');
      cut = direction;
      await openApp()
        .requests.ask(wish(cardDraftOf(old.household, newKey, old.cardId), old))
        .catch(() => undefined);
      cut = undefined;
      openApp().requests.abandon();
      const app = openApp();
      const finished = await app.requests.finish();
      expect(finished !== undefined).toBe(direction === 'down');
      expect(keptCard(app.memory).cardId === old.cardId).toBe(direction === 'up');
      expect(await app.service.state(keptCard(app.memory))).toBe('valid');
      expect(app.requests.open()).toBeUndefined();
    },
  );

  it('does not put an old card in the place of a newer one that another tab received', async () => {
    cut = 'down';
    await openApp()
      .requests.ask(wish(typed('熊本 花子')))
      .catch(() => undefined);
    cut = undefined;
    const [tab, other] = [openApp(), openApp()];
    const late = tab.requests.finish();
    const finished = await other.requests.finish();
    const old = finished?.card ?? (await late)?.card;
    if (old === undefined) throw new Error('no card');
    const newer = await other.requests.ask(wish(cardDraftOf(old.household, newKey, old.cardId), old));
    await late;
    expect(keptCard(openApp().memory)).toEqual(newer);
  });

  it('ends with a refusal: nothing is asked for again', async () => {
    const app = openApp();
    const household = declaredHouseholdSchema.parse({
      members: Array.from({ length: 12 }, () => ({
        name: { written: '寿限無'.repeat(30) },
        sex: 'unstated',
        needs: [],
      })),
    });
    await expect(app.requests.ask({ household, memberKeys: [] })).rejects.toMatchObject({ code: 'card-too-large' });
    expect(app.requests.open()).toBeUndefined();
  });

  it('is kept for as long as the app is open where the browser keeps nothing', async () => {
    const memory = createDeviceMemory(undefined);
    const { service } = openApp();
    const parts = { memory, service, now, newRequestId: () => 'A'.repeat(43), keep: () => true };
    const requests = new CardRequests(parts);
    cut = 'down';
    await requests.ask(wish(typed('熊本 花子'))).catch(() => undefined);
    cut = undefined;
    expect((await requests.finish())?.card.household.members[0]?.name.written).toBe('熊本 花子');
    expect(requests.open()).toBeUndefined();
  });
});
