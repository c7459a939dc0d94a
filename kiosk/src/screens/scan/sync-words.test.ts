import { SYNC_TROUBLES } from '@uketsuke/shared/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskSnapshot } from '../../desk/desk-view.ts';
import { CATALOGUES } from '../../i18n/index.ts';
import { isAllAtCity, NOTHING_SYNCED, type SyncState } from '../../sync/sync-state.ts';
import { syncWordsOf } from './sync-words.ts';

const AT = '2026-11-22T01:03:00.000Z';
const PASSED_ON = { connected: true, pending: 0, oldestPendingAt: null, lastExchangeAt: AT };
const words = (change: Partial<SyncState>, clock: DeskSnapshot['clock'] = 'good') =>
  syncWordsOf({ sync: { ...NOTHING_SYNCED, peer: 'city', ...change }, clock }, () => '10:03');
const mainOf = (change: Partial<SyncState>) => words(change).main.map(({ key }) => key);
const detailsOf = (change: Partial<SyncState>) => words(change).details.map(({ key }) => key);

const trouble = fc.constantFrom(null, ...SYNC_TROUBLES);
const moment = fc.constantFrom(null, AT);
const states: fc.Arbitrary<SyncState> = fc.record({
  peer: fc.constantFrom(null, 'city' as const, 'hub' as const),
  pending: fc.nat(2),
  oldestPendingAt: moment,
  pendingAtCity: fc.nat(3),
  lastExchangeAt: moment,
  quarantined: fc.nat(2),
  quarantinedAtCity: fc.nat(2),
  relay: fc.option(
    fc.record({
      connected: fc.boolean(),
      pending: fc.option(fc.nat(2)),
      oldestPendingAt: moment,
      lastExchangeAt: moment,
    }),
  ),
  trouble,
  hubTrouble: trouble,
});
const clocks = fc.constantFrom('good' as const, 'behind' as const, 'ahead' as const);

/** The text of a key, if the catalogue has it. */
function textOf(catalogue: object, key: string): unknown {
  return key.split('.').reduce<unknown>((node, part) => {
    const entry = typeof node === 'object' && node !== null ? Object.entries(node).find(([name]) => name === part) : [];
    return entry?.[1];
  }, catalogue);
}

describe('the sync line', () => {
  it('never says synced unless everything is known to be at headquarters (SYN-1, SYN-8)', () => {
    fc.assert(
      fc.property(states, clocks, (sync, clock) => {
        const said = syncWordsOf({ sync, clock }, () => '10:03');
        expect(said.headline.key === 'sync.synced').toBe(isAllAtCity(sync));
        if (said.look !== 'synced') return;
        expect(isAllAtCity(sync) && clock === 'good' && sync.hubTrouble === null).toBe(true);
        expect([sync.quarantined, sync.quarantinedAtCity]).toEqual([0, 0]);
      }),
    );
  });

  it('has its words in every language, and says nothing twice', () => {
    fc.assert(
      fc.property(states, clocks, (sync, clock) => {
        const said = syncWordsOf({ sync, clock }, () => '10:03');
        const keys = [said.headline, ...said.main, ...said.details].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const catalogue of Object.values(CATALOGUES)) {
          for (const key of keys) expect(textOf(catalogue, key), key).toBeTypeOf('string');
        }
      }),
    );
  });

  it('says first whether the desk can go on, then at most two things to do, and why in the details (DSK-1)', () => {
    fc.assert(
      fc.property(states, clocks, (sync, clock) => {
        const { look, main, details } = syncWordsOf({ sync, clock }, () => '10:03');
        const isWrong = sync.trouble !== null || sync.hubTrouble !== null || clock !== 'good' || sync.quarantined > 0;
        if (!isWrong && sync.quarantinedAtCity === 0 && sync.relay?.connected !== false) return;
        if (look === 'synced' || main.length === 0) return;
        const places = main.map(({ key }) => (key.startsWith('sync.goOn.') ? 'go on' : key.split('.')[1]));
        expect(places[0]).toBe('go on');
        expect(places.slice(1).every((place) => place === 'todo')).toBe(true);
        expect(main.length).toBeLessThanOrEqual(3);
        expect(details.some(({ key }) => key.startsWith('sync.goOn.'))).toBe(false);
      }),
    );
  });

  it('loses nothing of what is wrong: every trouble is in the details (DSK-1)', () => {
    fc.assert(
      fc.property(states, clocks, (sync, clock) => {
        const said = syncWordsOf({ sync, clock }, () => '10:03');
        const why = said.details.map(({ key }) => String(key));
        if (sync.trouble !== null) expect(why.some((key) => key.endsWith(`rouble.${sync.trouble}`))).toBe(true);
        if (sync.quarantinedAtCity > 0) expect(why).toContain('sync.quarantined');
        const counted = [said.headline, ...said.details].map(({ key }) => String(key));
        if (sync.pending > 0) expect(counted.some((key) => key.startsWith('sync.pending'))).toBe(true);
      }),
    );
  });

  it('says how many are pending and that the desk goes on; since when, why and the last answer in the details', () => {
    const said = words({ pending: 12, oldestPendingAt: AT, lastExchangeAt: AT, trouble: 'server-unreachable' });
    expect(said.look).toBe('waiting');
    expect(said.headline).toEqual({ key: 'sync.pending', values: { count: 12 } });
    expect(said.main.map(({ key }) => key)).toEqual(['sync.goOn.kept', 'sync.todo.whenBack']);
    expect(said.details).toEqual([
      { key: 'sync.trouble.server-unreachable', values: {} },
      { key: 'sync.pendingSince', values: { time: '10:03' } },
      { key: 'sync.lastExchange.city', values: { time: '10:03' } },
    ]);
  });

  it.each(['device-revoked', 'device-unknown'] as const)(
    'of a desk that is %s says that what it admits does not arrive, and never that it may go on (SYN-7, DSK-1)',
    (trouble) => {
      for (const pending of [0, 1]) {
        const said = words({ pending, oldestPendingAt: pending === 0 ? null : AT, lastExchangeAt: AT, trouble });
        expect([said.look, said.headline.key]).toEqual(['call', 'sync.cannotSend']);
        expect(said.main.map(({ key }) => key)).toEqual(['sync.goOn.elsewhere', 'sync.todo.withdrawn']);
      }
    },
  );

  it('of a desk that the hub knows to be withdrawn says the same while the city cannot be asked (SYN-7)', () => {
    const revoked = { pending: 1, oldestPendingAt: AT, hubTrouble: 'device-revoked' } as const;
    expect(mainOf({ ...revoked, trouble: 'server-unreachable' })[0]).toBe('sync.goOn.elsewhere');
    expect(mainOf({ ...revoked, lastExchangeAt: AT })[0]).toBe('sync.goOn.yes');
  });

  it('never says that all has arrived while records are set aside, by whomever and whichever peer is in use (DSK-1)', () => {
    const relay = PASSED_ON;
    for (const change of [
      { quarantined: 2, quarantinedAtCity: 2 },
      { peer: 'hub', relay, quarantinedAtCity: 2 },
    ] as const) {
      const said = words({ lastExchangeAt: AT, ...change });
      expect([said.look, said.headline]).toEqual(['call', { key: 'sync.notOnRoster', values: { count: 2 } }]);
      expect(said.main.map(({ key }) => key)).toEqual(['sync.goOn.yes', 'sync.todo.callHq']);
    }
    const atHub = words({ lastExchangeAt: AT, peer: 'hub', relay, quarantined: 1 });
    expect([atHub.look, atHub.headline.key]).toEqual(['call', 'sync.notAtHub']);
  });

  it('tells what is wrong here from what mends itself and what headquarters must mend (DSK-1)', () => {
    const looks = (trouble: SyncState['trouble']) => words({ lastExchangeAt: AT, trouble }).look;
    const expected = {
      waiting: ['no-network', 'server-unreachable', 'server-failing'],
      act: ['answers-strangely', 'store-failed', 'clock-off'],
      call: ['device-revoked', 'device-unknown'],
    } as const;
    for (const [look, troubles] of Object.entries(expected)) for (const one of troubles) expect(looks(one)).toBe(look);
    expect(words({ lastExchangeAt: AT }, 'behind').look).toBe('act');
  });

  it('asks for the two most urgent things when all comes together, and keeps the rest for the details (DSK-1)', () => {
    const said = words({ quarantined: 1, quarantinedAtCity: 1, pending: 3, trouble: 'server-failing' }, 'behind');
    expect(said.headline.key).toBe('sync.notOnRoster');
    expect(said.main.map(({ key }) => key)).toEqual(['sync.goOn.kept', 'sync.todo.callHq', 'sync.todo.setClock']);
    expect(said.details.map(({ key }) => key)).toEqual([
      'sync.quarantined',
      'sync.clock.behind',
      'sync.trouble.server-failing',
      'sync.todo.whenMended',
      'sync.pending',
      'sync.neverAnswered',
    ]);
  });

  it('promises no admission while this computer cannot write (DUR-1, DSK-1)', () => {
    expect(mainOf({ trouble: 'store-failed' })).toEqual(['sync.goOn.whenGreen', 'sync.todo.freeDisk']);
  });
});

describe('the sync line at a hub (SYN-8)', () => {
  const atHub = { peer: 'hub', lastExchangeAt: AT, pendingAtCity: 4 } as const;

  it('says that records are at the hub and how many it has not passed on, never in green', () => {
    const relay = { ...PASSED_ON, connected: false, pending: 7, oldestPendingAt: AT };
    const said = words({ ...atHub, relay });
    expect([said.look, said.headline.key]).toEqual(['waiting', 'sync.atHub']);
    expect(said.main.map(({ key }) => key)).toEqual(['sync.goOn.yes', 'sync.todo.whenHubIsBack']);
    expect(said.details).toContainEqual({ key: 'sync.relay.pending', values: { count: 7 } });
    expect(said.details.map(({ key }) => key)).toContain('sync.relay.noWay');
    expect(mainOf({ ...atHub, relay: { ...relay, connected: true } })).toContain('sync.relay.pending');
  });

  it('says that it does not know when the hub does not say', () => {
    for (const relay of [null, { ...PASSED_ON, pending: null }]) {
      expect(words({ ...atHub, relay }).look).toBe('waiting');
      expect(mainOf({ ...atHub, relay })).toContain('sync.relay.unknown');
    }
  });

  it('is green when the hub says that it has passed everything on', () => {
    const said = words({ ...atHub, relay: PASSED_ON });
    expect([said.look, said.headline.key]).toEqual(['synced', 'sync.synced']);
  });

  it('counts what has not reached the hub', () => {
    const said = words({ ...atHub, pending: 3, oldestPendingAt: AT, relay: PASSED_ON });
    expect(said.headline).toEqual({ key: 'sync.pendingHub', values: { count: 3 } });
  });

  it('says why the hub is not in use, beside how it stands with headquarters', () => {
    const said = words({ lastExchangeAt: AT, hubTrouble: 'server-unreachable' });
    expect([said.look, said.headline.key]).toEqual(['act', 'sync.synced']);
    expect(said.details.map(({ key }) => key)).toContain('sync.hubTrouble.server-unreachable');
    const offline = detailsOf({ pending: 1, oldestPendingAt: AT, trouble: 'no-network', hubTrouble: 'no-network' });
    expect(offline.filter((key) => key.endsWith('no-network'))).toEqual(['sync.trouble.no-network']);
  });
});
