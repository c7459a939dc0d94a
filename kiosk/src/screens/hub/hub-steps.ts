import { useCallback, useEffect, useRef, useState } from 'react';
import type { FoundHub } from '../../../host/hub/hub-in-use.ts';
import { type HubChoice, HubRefusedError } from '../../hub/hub-choice.ts';
import { failureOf } from '../failures.ts';

/** Where the staff's dealing with the hub stands. */
export type HubStep =
  | { readonly at: 'idle' | 'finding' | 'connected' | 'disconnected' }
  | { readonly at: 'found' | 'connecting'; readonly hub: FoundHub }
  | { readonly at: 'failed'; readonly code: string; readonly shelterName: string };

/** The hub in use; null without one, undefined while that is not known. */
type HubInUse = { readonly origin: string } | null | undefined;

/** The steps of choosing a hub. Only the step begun last counts: another QR may be shown while one is looked for. */
export function useHubSteps(hub: HubChoice) {
  const [step, setStep] = useState<HubStep>({ at: 'idle' });
  const [inUse, setInUse] = useState<HubInUse>(undefined);
  const latest = useRef(0);
  const found = step.at === 'found' ? step.hub : null;

  const readInUse = useCallback(async () => {
    setInUse(await hub.current().catch(() => undefined));
  }, [hub]);
  useEffect(() => {
    void readInUse();
  }, [readInUse]);

  /** Shows `during`, and then what the work comes to. */
  const take = useCallback(
    async (during: HubStep, work: () => Promise<HubStep>) => {
      latest.current += 1;
      const own = latest.current;
      setStep(during);
      const next = await work().catch(failedStep);
      if (own !== latest.current) return;
      setStep(next);
      await readInUse();
    },
    [readInUse],
  );
  const find = useCallback(
    (address: string) => take({ at: 'finding' }, async () => ({ at: 'found', hub: await hub.find(address) })),
    [hub, take],
  );
  const use = useCallback(async () => {
    if (found === null) return;
    await take({ at: 'connecting', hub: found }, async () => {
      await hub.use(found);
      return { at: 'connected' };
    });
  }, [found, hub, take]);
  const forget = useCallback(
    () =>
      take({ at: 'idle' }, async () => {
        await hub.forget();
        return { at: 'disconnected' };
      }),
    [hub, take],
  );
  return { step, inUse, find, use, forget };
}

function failedStep(error: unknown): HubStep {
  const shelterName = error instanceof HubRefusedError ? error.shelterName : '';
  return { at: 'failed', code: failureOf(error).code, shelterName };
}
