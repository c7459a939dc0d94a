import { useEffect, useState } from 'react';
import { useHeadquarters } from '../server/headquarters-context.tsx';

/** The server's time, renewed every `everyMs`, so that ages on the screen grow. Ms since 1970 UTC. */
export function useServerNow(everyMs: number): number {
  const { clock } = useHeadquarters();
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(clock.now()), everyMs);
    return () => clearInterval(timer);
  }, [clock, everyMs]);
  return now;
}
