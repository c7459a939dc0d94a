import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { KioskCardReader } from '../../../host/card-reader/card-reader.ts';
import type { ShownHubCode } from '../hub/hub-section.tsx';
import { Icon } from '../icons.tsx';
import { LanguageMenu } from '../language-menu.tsx';
import { MyNumberCardPanel } from '../my-number-card/card-panel.tsx';
import { LinkStrip } from '../my-number-card/link-strip.tsx';
import { ReaderNote } from '../my-number-card/reader-note.tsx';
import type { OpenedDesk } from '../services.ts';
import { SettingsPanel } from '../settings/settings-panel.tsx';
import { CameraPanel, useScanCamera } from './camera-panel.tsx';
import { Counts } from './counts.tsx';
import { RecentList } from './recent-list.tsx';
import { Ready, ResultPanel } from './result-panel.tsx';
import { SamePerson } from './same-person.tsx';
import { ScannerPanel } from './scanner-panel.tsx';
import { StayChoice } from './stay-choice.tsx';
import { SyncLine } from './sync-line.tsx';
import { UndoButton } from './undo-button.tsx';
import { useDeskAtWork } from './use-desk-at-work.ts';
import { useScanner } from './use-scanner.ts';

interface ScanScreenProps {
  readonly opened: OpenedDesk;
  readonly cardReader: KioskCardReader;
  readonly now: () => number;
  readonly onLock: () => Promise<void>;
}

/** The desk at work: always ready for the next card, by camera or scanner. */
export function ScanScreen({ opened, cardReader, now, onLock }: ScanScreenProps) {
  const { desk } = opened;
  const { t } = useTranslation();
  const snapshot = useSyncExternalStore(desk.view.subscribe, desk.view.snapshot);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [shownHubCode, setShownHubCode] = useState<ShownHubCode | null>(null);
  // What the line asks, outside of drawing.
  const areSettingsOpen = useRef(false);
  useEffect(() => {
    areSettingsOpen.current = settingsOpen;
  }, [settingsOpen]);
  const hubCodes = useMemo(
    () => ({ areAskedFor: () => areSettingsOpen.current, take: (text: string) => setShownHubCode({ text }) }),
    [],
  );
  const { line, flow, told, result, question, isSomebodyWaiting, working, stay, card } = useDeskAtWork(
    desk,
    cardReader,
    hubCodes,
  );
  const closeSettings = () => {
    setSettingsOpen(false);
    setShownHubCode(null);
  };
  const openSettings = () => {
    line.dismiss();
    setSettingsOpen(true);
  };
  const { panel, strip } = card;
  const { said, take } = useScanner(line, result !== null || question !== null);
  const front = frontOf({ result, question, panel, said, settingsOpen });
  // Choosing and typing need the room of the list below.
  const whole = front === 'question' || (front === 'card' && panel?.show !== 'reading' && panel?.show !== 'trouble');
  const camera = useScanCamera(take);
  const [locking, setLocking] = useState(false);

  return (
    <div
      className="desk"
      data-testid="scan-screen"
      data-camera={camera.state.phase}
      data-decoder={camera.state.decoder}
    >
      <header className="top-bar">
        <h1 className="top-bar-name">
          {desk.shelter.name} <span className="top-bar-desk">{desk.deviceName}</span>
        </h1>
        <LanguageMenu />
        <Button
          className="button"
          data-testid="settings-open"
          aria-expanded={settingsOpen}
          onPress={settingsOpen ? closeSettings : openSettings}
        >
          <Icon name="settings" />
          {t('settings.open')}
        </Button>
        <Button
          className="button"
          data-testid="lock"
          isDisabled={locking}
          onPress={() => {
            setLocking(true);
            onLock().catch(() => setLocking(false));
          }}
        >
          <Icon name="lock" />
          {t(locking ? 'scan.locking' : 'scan.lock')}
        </Button>
      </header>
      <main className="desk-main">
        <section className="desk-side" aria-label={t('camera.label')}>
          <CameraPanel camera={camera} />
          <ReaderNote reader={card.reader} />
          <StayChoice stay={stay} onChange={line.choose} />
          <Counts counts={snapshot.counts} complete={snapshot.sync.lastExchangeAt !== null} />
        </section>
        <section className="desk-front" aria-label={t('scan.title')}>
          {settingsOpen && (
            <SettingsPanel
              hub={opened.hub}
              bundles={opened.bundles}
              shownHubCode={shownHubCode}
              isHidden={front !== 'settings'}
              onClose={closeSettings}
            />
          )}
          {front !== 'settings' && (
            <div className={whole ? 'front-top front-top-whole' : 'front-top'}>
              {told !== null && result !== null && <ResultPanel told={told} words={result} now={now} />}
              {front === 'question' && question !== null && (
                <SamePerson
                  doubts={question.doubts}
                  onAnswer={line.answer}
                  onLeave={line.leave}
                  isSomebodyWaiting={isSomebodyWaiting}
                  now={now}
                />
              )}
              {front === 'card' && panel !== null && <MyNumberCardPanel panel={panel} flow={flow} now={now} />}
              {front === 'scanner' && said !== null && <ScannerPanel said={said} />}
              {front === 'ready' && <Ready working={working} takesMyNumber={card.reader.kind !== 'unavailable'} />}
              {strip !== null && <LinkStrip strip={strip} flow={flow} />}
            </div>
          )}
          {front !== 'settings' && !whole && (
            <div className="recent">
              <RecentList recent={snapshot.recent} now={now} />
              <UndoButton recent={snapshot.recent} now={now} onUndo={line.undo} />
            </div>
          )}
        </section>
      </main>
      <SyncLine sync={snapshot.sync} clock={snapshot.clock} now={now} />
    </div>
  );
}

/** What has the front of the desk: what was told last, before what is asked, before what there is to do. */
function frontOf(shown: {
  readonly result: unknown;
  readonly question: unknown;
  readonly panel: unknown;
  readonly said: unknown;
  readonly settingsOpen: boolean;
}): 'result' | 'question' | 'card' | 'scanner' | 'settings' | 'ready' {
  if (shown.result !== null) return 'result';
  if (shown.question !== null) return 'question';
  if (shown.panel !== null) return 'card';
  if (shown.said !== null) return 'scanner';
  return shown.settingsOpen ? 'settings' : 'ready';
}
