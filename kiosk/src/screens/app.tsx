import { useCallback, useEffect, useState } from 'react';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { EnrolmentScreen } from './enrolment-screen.tsx';
import { failureOf } from './failures.ts';
import { ScanScreen } from './scan/scan-screen.tsx';
import type { KioskServices, OpenedDesk } from './services.ts';
import { StartScreen } from './start-screen.tsx';
import { UnlockScreen } from './unlock-screen.tsx';

type Stage =
  | { readonly at: 'connecting' | 'another-window' | 'host-gone' }
  | { readonly at: 'enrolment' | 'locked'; readonly host: KioskHost }
  | { readonly at: 'open'; readonly host: KioskHost; readonly opened: OpenedDesk };

/** The kiosk from its start to the open desk. */
export function App({ services }: { readonly services: KioskServices }) {
  const [stage, setStage] = useState<Stage>({ at: 'connecting' });

  const connect = useCallback(async () => {
    setStage({ at: 'connecting' });
    setStage(await firstStage(services));
  }, [services]);

  useEffect(() => {
    void connect();
  }, [connect]);

  switch (stage.at) {
    case 'connecting':
    case 'another-window':
    case 'host-gone':
      return <StartScreen trouble={stage.at === 'connecting' ? null : stage.at} onRetry={connect} />;
    case 'enrolment':
      return (
        <EnrolmentScreen
          enrol={(form) => services.enrol(stage.host, form)}
          onEnrolled={() => {
            setStage({ at: 'locked', host: stage.host });
            services.reload();
          }}
        />
      );
    case 'locked':
      return (
        <UnlockScreen
          unlock={(pin, onProgress) => services.unlock(stage.host, pin, onProgress)}
          onUnlocked={(opened) => setStage({ at: 'open', host: stage.host, opened })}
        />
      );
    case 'open':
      return (
        <ScanScreen
          opened={stage.opened}
          cardReader={stage.host.cardReader}
          now={services.now}
          onLock={async () => {
            await stage.opened.desk.close();
            setStage({ at: 'locked', host: stage.host });
            services.reload();
          }}
        />
      );
  }
}

async function firstStage(services: KioskServices): Promise<Stage> {
  try {
    if (!(await services.becomeOnlyWindow())) return { at: 'another-window' };
    const host = await services.connect();
    const vault = await host.vault.state();
    return { at: vault === 'empty' ? 'enrolment' : 'locked', host };
  } catch (error) {
    return { at: failureOf(error).code === 'another-window' ? 'another-window' : 'host-gone' };
  }
}
