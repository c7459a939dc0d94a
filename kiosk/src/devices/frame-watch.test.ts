import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CameraLook, FROZEN_AFTER_MS, FrameWatch, LOOK_EVERY_MS } from './frame-watch.ts';

/** Looks at a camera again and again; answers after how long, ms, it is found frozen, or null within a minute. */
function frozenAfter(cameraAt: (ms: number) => Partial<CameraLook>, every = LOOK_EVERY_MS): number | null {
  const watch = new FrameWatch();
  for (let now = 0; now <= 60_000; now += every) {
    if (watch.isFrozen({ frames: 0, isMuted: false, isVisible: true, ...cameraAt(now) }, now)) return now;
  }
  return null;
}

describe('a camera that is on (DSK-4)', () => {
  it('is frozen 3 s after its last frame, and not while frames come, however seldom within that', () => {
    expect(frozenAfter((ms) => ({ frames: Math.min(ms, 10_000) }))).toBe(10_000 + FROZEN_AFTER_MS);
    expect(frozenAfter((ms) => ({ frames: Math.floor(ms / 2_500) }))).toBeNull();
    expect(frozenAfter(() => ({}))).toBe(FROZEN_AFTER_MS);
  });

  it('is frozen when its track is muted, though it gives black frames', () => {
    expect(frozenAfter((ms) => ({ frames: ms, isMuted: ms >= 5_000 }))).toBe(5_000 + FROZEN_AFTER_MS - LOOK_EVERY_MS);
  });

  it('is not frozen while nobody sees the page, and has its time when it is seen again', () => {
    expect(frozenAfter((ms) => ({ frames: 7, isVisible: ms >= 20_000 }))).toBe(
      20_000 + FROZEN_AFTER_MS - LOOK_EVERY_MS,
    );
  });

  it('is not blamed for a page or a laptop that slept', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2_001, max: 9_000_000 }), (every) => {
        expect(frozenAfter(() => ({ frames: 7 }), every)).toBeNull();
      }),
    );
  });
});
