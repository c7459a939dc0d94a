import { useEffect, useState } from 'react';

/**
 * Keeps the screen lit while the component is shown (Screen Wake Lock API), again after the app comes back to the
 * front. Returns whether the screen is being kept lit; false where the browser cannot.
 */
export function useScreenAwake(): boolean {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    if (!('wakeLock' in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    let over = false;
    const hold = async () => {
      if (document.visibilityState !== 'visible') return;
      try {
        const held = await navigator.wakeLock.request('screen');
        if (over) return void held.release();
        lock = held;
        setAwake(true);
        held.addEventListener('release', () => setAwake(false), { once: true });
      } catch {
        // Refused, for example to save the battery: the hint on the screen then says nothing of it.
        setAwake(false);
      }
    };
    void hold();
    document.addEventListener('visibilitychange', hold);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', hold);
      void lock?.release();
    };
  }, []);
  return awake;
}
