import { describe, expect, it } from 'vitest';
import { type Freshness, freshnessOf } from './freshness.ts';
import type { LiveState } from './live-state.ts';

describe('the line that says how old the screen is', () => {
  const up = { connected: true, cutOff: false, heardAt: 90 };
  const cut = { connected: false, cutOff: true, heardAt: 90 };
  const never = { connected: false, cutOff: false, heardAt: undefined };

  it.each<[string, LiveState, number | undefined, boolean, Freshness]>([
    ['connected and fetched', up, 50, false, { kind: 'current', asOf: 90 }],
    ['connected, fetched after the last heartbeat', up, 95, false, { kind: 'current', asOf: 95 }],
    ['connected, nothing to fetch on this screen', up, undefined, false, { kind: 'current', asOf: 90 }],
    ['connected but a fetch fails', up, 50, true, { kind: 'stale', asOf: 50 }],
    ['cut off', cut, 50, false, { kind: 'stale', asOf: 90 }],
    ['cut off, fetched after that', cut, 99, false, { kind: 'stale', asOf: 99 }],
    ['cut off and failing', cut, 50, true, { kind: 'stale', asOf: 50 }],
    ['cut off before anything was fetched', cut, undefined, false, { kind: 'stale', asOf: undefined }],
    ['never connected, refused', { ...never, cutOff: true }, 50, false, { kind: 'stale', asOf: 50 }],
    ['before the first connection', never, 50, false, { kind: 'connecting', asOf: 50 }],
    ['nothing yet', never, undefined, false, { kind: 'connecting', asOf: undefined }],
    ['nothing, and failing', never, undefined, true, { kind: 'stale', asOf: undefined }],
  ])('%s', (_, live, fetchedAt, failing, expected) => {
    expect(freshnessOf(live, fetchedAt, failing)).toEqual(expected);
  });
});
