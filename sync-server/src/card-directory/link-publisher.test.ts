import { HybridClock } from '@uketsuke/shared/clock';
import { factSchema } from '@uketsuke/shared/contracts';
import { deviceIdSchema, secureRandomBytes, shelterIdSchema } from '@uketsuke/shared/identifiers';
import { linkIdSchema } from '@uketsuke/shared/my-number-card';
import { type ReceptionEvent, recordEvent } from '@uketsuke/shared/reception';
import { toBase64url } from '@uketsuke/shared/sealing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Couch } from '../couch/couch.ts';
import { type Documents, readDocument } from '../couch/documents.ts';
import { openDatabase } from '../couch/open-database.ts';
import { openTestCouch } from '../couch/testing.ts';
import { type FactDocuments, LinkPublisher } from './link-publisher.ts';

const RECORDER = {
  shelterId: shelterIdSchema.parse('school-1'),
  deviceId: deviceIdSchema.parse('desk1'),
  eventKey: secureRandomBytes(32),
};
const changes = { nudge: () => undefined };

let couch: Couch;
beforeAll(async () => {
  couch = await openTestCouch();
});
afterAll(() => couch.close());

/** The history of some cards: each registered, taken back and registered again, last with `sealed` = its number. */
function historyOf(cards: number): ReceptionEvent[] {
  const clock = new HybridClock('desk1', Date.now);
  const record = (kind: 'card-linked' | 'card-unlinked', card: number, sealed: string) => {
    const link = { keyId: 1, linkId: linkIdSchema.parse(toBase64url(Uint8Array.from({ length: 16 }, () => card))) };
    return kind === 'card-linked'
      ? recordEvent(RECORDER, clock, Date.now(), kind, { ...link, sealed })
      : recordEvent(RECORDER, clock, Date.now(), kind, link);
  };
  const numbers = Array.from({ length: cards }, (_, card) => card);
  return [
    ...numbers.map((card) => record('card-linked', card, 'b2xk')),
    ...numbers.map((card) => record('card-unlinked', card, '')),
    ...numbers.map((card) => record('card-linked', card, `bmV3${card}`)),
  ];
}

const received = (events: readonly ReceptionEvent[]) =>
  events.map((event) => ({ event, receivedAt: event.occurredAt }));

async function published(database: Documents, events: readonly ReceptionEvent[]) {
  const ids = new Set(events.flatMap((event) => (event.kind === 'card-linked' ? [event.body.linkId] : [])));
  const facts = await Promise.all([...ids].map((id) => readDocument(database, `card-link:${id}`, factSchema)));
  return facts.map((fact) => (fact?.value.kind === 'card-link' ? fact.value.sealed : undefined));
}

describe('publishing links of cards (MNC-5)', () => {
  it('ends with the latest of each card, by several processes at once, in any order and again', async () => {
    const database: Documents = await openDatabase(couch, 'facts-shared');
    const events = historyOf(40);
    const orders = [events, events.toReversed(), [...events.slice(60), ...events.slice(0, 60)]];
    const errors: unknown[] = [];
    const publishers = orders.map(
      () => new LinkPublisher({ database, changes, onError: (error) => errors.push(error) }),
    );
    await Promise.all(
      publishers.map(async (publisher, at) => {
        const order = orders[at] ?? [];
        for (let from = 0; from < order.length; from += 7)
          await publisher.apply(RECORDER.shelterId, received(order.slice(from, from + 7)));
        await publisher.settled();
      }),
    );
    const expected = Array.from({ length: 40 }, (_, card) => `bmV3${card}`);
    expect(await published(database, events)).toEqual(expected);
    const { update_seq: before } = await database.info();
    const again = new LinkPublisher({ database, changes, onError: (error) => errors.push(error) });
    await again.apply(RECORDER.shelterId, received(events));
    await again.settled();
    expect((await database.info()).update_seq).toBe(before);
    expect(errors).toEqual([]);
  });

  it('goes on by itself when the database was away, and loses none', async () => {
    const database: Documents = await openDatabase(couch, 'facts-away');
    const events = historyOf(3);
    let away = true;
    const flaky: FactDocuments = {
      bulk: (changed) => database.bulk(changed),
      fetch: (wanted) => (away ? Promise.reject(new Error('away')) : database.fetch(wanted)),
    };
    const errors: unknown[] = [];
    const onError = (error: unknown) => {
      errors.push(error);
      away = false;
    };
    const publisher = new LinkPublisher({ database: flaky, changes, onError });
    await publisher.apply(RECORDER.shelterId, received(events));
    await publisher.settled();
    expect(errors).toHaveLength(1);
    expect(await published(database, events)).toEqual(['bmV30', 'bmV31', 'bmV32']);
    await publisher.stop();
  });

  it('stops while the database is away', async () => {
    const database: Documents = await openDatabase(couch, 'facts-gone');
    const gone: FactDocuments = {
      bulk: (changed) => database.bulk(changed),
      fetch: () => Promise.reject(new Error('away')),
    };
    let failed: () => void = () => undefined;
    const failing = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const publisher = new LinkPublisher({ database: gone, changes, onError: () => failed() });
    await publisher.apply(RECORDER.shelterId, received(historyOf(1)));
    await failing;
    await publisher.stop();
    expect(await published(database, historyOf(1))).toEqual([undefined]);
  });
});
