import { type EventId, eventIdSchema } from '@uketsuke/shared/identifiers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Acknowledgements } from './acknowledgements.ts';

const id = (number: number) => eventIdSchema.parse(`ev:${String(number).padStart(12, '0')}-0000-desk1`);
const at = (second: number, own: boolean) => ({ own, occurredAt: `2026-11-22T00:00:0${second}.000Z` });

describe('what a peer holds (SYN-1)', () => {
  it('counts own events only, offers own before others, and starts over with all', () => {
    const acknowledgements = new Acknowledgements();
    acknowledgements.add(id(1), at(1, false), 'city');
    acknowledgements.add(id(2), at(2, true), null);
    acknowledgements.add(id(3), at(3, true), null);
    acknowledgements.add(id(3), at(3, true), null);
    const { city } = acknowledgements;
    expect(city).toMatchObject({ pending: 2, oldestPendingAt: at(2, true).occurredAt, quarantined: 0 });
    city.acknowledge(id(2));
    city.acknowledge(id(3), true);
    expect(city).toMatchObject({ pending: 0, oldestPendingAt: null, quarantined: 1 });
    expect(city.nextToOffer(10, 'own')).toEqual([]);
    city.startOver();
    expect(city).toMatchObject({ pending: 2, quarantined: 0 });
    expect(city.nextToOffer(10, 'own')).toEqual([id(2), id(3)]);
    expect(city.nextToOffer(1, 'own')).toEqual([id(2)]);
    expect(city.nextToOffer(10, 'others')).toEqual([id(1)]);
  });

  it('lets others pass an event that cannot be offered, which stays unacknowledged (SYN-2)', () => {
    const acknowledgements = new Acknowledgements();
    for (const number of [1, 2]) acknowledgements.add(id(number), at(number, true), null);
    acknowledgements.city.setAside(id(1));
    expect(acknowledgements.city.nextToOffer(10, 'own')).toEqual([id(2)]);
    expect(acknowledgements.city.pending).toBe(2);
  });

  it('loses the quarantine mark of an event that the peer sends (SYN-13)', () => {
    const acknowledgements = new Acknowledgements();
    acknowledgements.add(id(1), at(1, true), null);
    acknowledgements.city.acknowledge(id(1), true);
    expect(acknowledgements.city.isQuarantined(id(1))).toBe(true);
    acknowledgements.city.acknowledge(id(1));
    expect(acknowledgements.city.quarantined).toBe(0);
  });
});

type Step =
  | { readonly do: 'add'; readonly event: number; readonly own: boolean; readonly heldBy: 'city' | 'hub' | null }
  | { readonly do: 'acknowledge'; readonly event: number; readonly peer: 'city' | 'hub'; readonly quarantined: boolean }
  | { readonly do: 'start-over'; readonly peer: 'city' | 'hub' }
  | { readonly do: 'forget-hub' };

const event = fc.nat(15);
const peer = fc.constantFrom('city' as const, 'hub' as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('add' as const),
    event,
    own: fc.boolean(),
    heldBy: fc.constantFrom('city' as const, 'hub' as const, null),
  }),
  fc.record({ do: fc.constant('acknowledge' as const), event, peer, quarantined: fc.boolean() }),
  fc.record({ do: fc.constant('start-over' as const), peer }),
  fc.record({ do: fc.constant('forget-hub' as const) }),
);

describe('two peers (SYN-8)', () => {
  it('are kept apart: each holds what it acknowledged since it started over, whatever the other did', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const acknowledgements = new Acknowledgements();
        acknowledgements.follow('hub', new Map());
        const known = new Map<EventId, boolean>();
        const held = { city: new Set<EventId>(), hub: new Set<EventId>() };
        for (const one of steps) {
          if (one.do === 'add' && !known.has(id(one.event))) {
            acknowledgements.add(id(one.event), at(1, one.own), one.heldBy);
            known.set(id(one.event), one.own);
            if (one.heldBy !== null) held[one.heldBy].add(id(one.event));
          } else if (one.do === 'acknowledge' && known.has(id(one.event))) {
            acknowledgements.peer(one.peer)?.acknowledge(id(one.event), one.quarantined);
            held[one.peer].add(id(one.event));
          } else if (one.do === 'start-over') {
            acknowledgements.peer(one.peer)?.startOver();
            held[one.peer].clear();
          } else if (one.do === 'forget-hub') {
            acknowledgements.forget('hub');
            const receipts = [...held.hub].map((held) => [held, { quarantined: false }] as const);
            acknowledgements.follow('hub', new Map(receipts));
          }
        }
        for (const name of ['city', 'hub'] as const) {
          const missing = [...known.keys()].filter((known) => !held[name].has(known)).sort();
          const kept = acknowledgements.peer(name);
          expect(kept?.missingIds().sort()).toEqual(missing);
          expect(kept?.pending).toBe(missing.filter((one) => known.get(one)).length);
        }
        expect(acknowledgements.ids('all')).toEqual([...known.keys()].sort());
        expect(acknowledgements.ids('unacknowledged')).toEqual(acknowledgements.city.missingIds().sort());
      }),
    );
  });
});
