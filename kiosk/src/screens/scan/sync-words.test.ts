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
const keysOf = (change: Partial<SyncState>) => words(change).details.map(({ key }) => key);

const trouble = fc.constantFrom(null, ...SYNC_TROUBLES);
const moment = fc.constantFrom(null, AT);
const states: fc.Arbitrary<SyncState> = fc.record({
  peer: fc.constantFrom(null, 'city' as const, 'hub' as const),
  pending: fc.nat(2),
  oldestPendingAt: moment,
  pendingAtCity: fc.nat(3),
  lastExchangeAt: moment,
  quarantined: fc.nat(2),
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
        expect(isAllAtCity(sync) && sync.quarantined === 0 && clock === 'good' && sync.hubTrouble === null).toBe(true);
      }),
    );
  });

  it('has its words in every language, and says nothing twice', () => {
    fc.assert(
      fc.property(states, clocks, (sync, clock) => {
        const said = syncWordsOf({ sync, clock }, () => '10:03');
        const keys = [said.headline, ...said.details].map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const catalogue of Object.values(CATALOGUES)) {
          for (const key of keys) expect(textOf(catalogue, key), key).toBeTypeOf('string');
        }
      }),
    );
  });

  it('says how many are pending, since when, why and when the server answered last', () => {
    const said = words({ pending: 12, oldestPendingAt: AT, lastExchangeAt: AT, trouble: 'server-unreachable' });
    expect(said.headline).toEqual({ key: 'sync.pending', values: { count: 12 } });
    expect(said.details).toEqual([
      { key: 'sync.pendingSince', values: { time: '10:03' } },
      { key: 'sync.trouble.server-unreachable', values: {} },
      { key: 'sync.lastExchange.city', values: { time: '10:03' } },
      { key: 'sync.continues', values: {} },
    ]);
  });

  it('says that a withdrawn desk goes on admitting and does not sync (SYN-7)', () => {
    const keys = keysOf({ pending: 1, oldestPendingAt: AT, trouble: 'device-revoked' });
    expect(keys).toContain('sync.trouble.device-revoked');
    expect(keys).toContain('sync.continues');
  });

  it('mentions what headquarters put aside and a wrong clock', () => {
    const said = words({ lastExchangeAt: AT, quarantined: 2 }, 'behind');
    expect(said.look).toBe('trouble');
    expect(said.details).toContainEqual({ key: 'sync.quarantined', values: { count: 2 } });
    expect(said.details).toContainEqual({ key: 'sync.clock.behind', values: {} });
  });
});

describe('the sync line at a hub (SYN-8)', () => {
  const atHub = { peer: 'hub', lastExchangeAt: AT, pendingAtCity: 4 } as const;

  it('says that records are at the hub and how many it has not passed on, never in green', () => {
    const relay = { ...PASSED_ON, connected: false, pending: 7, oldestPendingAt: AT };
    const said = words({ ...atHub, relay });
    expect([said.look, said.headline.key]).toEqual(['waiting', 'sync.atHub']);
    expect(said.details).toContainEqual({ key: 'sync.relay.pending', values: { count: 7 } });
    expect(said.details.map(({ key }) => key)).toContain('sync.relay.noWay');
  });

  it('says that it does not know when the hub does not say', () => {
    for (const relay of [null, { ...PASSED_ON, pending: null }]) {
      expect(words({ ...atHub, relay }).look).toBe('waiting');
      expect(keysOf({ ...atHub, relay })).toContain('sync.relay.unknown');
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
    expect([said.look, said.headline.key]).toEqual(['trouble', 'sync.synced']);
    expect(said.details.map(({ key }) => key)).toContain('sync.hubTrouble.server-unreachable');
    const offline = keysOf({ pending: 1, oldestPendingAt: AT, trouble: 'no-network', hubTrouble: 'no-network' });
    expect(offline.filter((key) => key.endsWith('no-network'))).toEqual(['sync.trouble.no-network']);
  });
});
