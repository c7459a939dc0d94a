import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeskSnapshot } from '../../reception/desk.ts';
import { NOTHING_SYNCED, type SyncState } from '../../reception/sync-state.ts';
import { syncWordsOf } from './sync-words.ts';

const AT = '2026-11-22T01:03:00.000Z';
const QUIET: SyncState = { ...NOTHING_SYNCED, peer: 'city' };
const words = (change: Partial<SyncState>, clock: DeskSnapshot['clock'] = 'good') =>
  syncWordsOf({ sync: { ...QUIET, ...change }, clock }, () => '10:03');

const states = fc.record({
  pending: fc.nat(3),
  oldestPendingAt: fc.constantFrom(null, AT),
  lastExchangeAt: fc.constantFrom(null, AT),
  quarantined: fc.nat(2),
  trouble: fc.constantFrom(null, 'no-network', 'server-unreachable', 'server-failing', 'device-revoked', 'clock-off'),
});

describe('the sync line', () => {
  it('never says synced unless nothing is pending and the server answered (SYN-1)', () => {
    fc.assert(
      fc.property(states, fc.constantFrom('good', 'behind', 'ahead'), (state, clock) => {
        const said = words(state, clock);
        const synced = state.pending === 0 && state.lastExchangeAt !== null && state.trouble === null;
        expect(said.headline.key === 'sync.synced').toBe(synced);
        if (said.look === 'synced') expect(synced && state.quarantined === 0 && clock === 'good').toBe(true);
      }),
    );
  });

  it('says how many are pending, since when and why', () => {
    const said = words({ pending: 12, oldestPendingAt: AT, trouble: 'server-unreachable' });
    expect(said.headline).toEqual({ key: 'sync.pending', values: { count: 12 } });
    expect(said.details[0]).toEqual({ key: 'sync.pendingSince', values: { time: '10:03' } });
    expect(said.details[1]?.key).toBe('sync.trouble.server-unreachable');
  });

  it('says that a withdrawn desk goes on admitting and does not sync (SYN-7)', () => {
    const keys = words({ pending: 1, oldestPendingAt: AT, trouble: 'device-revoked' }).details.map(({ key }) => key);
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
