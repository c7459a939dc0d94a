import type { StayKind } from '@uketsuke/shared/reception';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { TonePlayer } from '../../devices/tones.ts';
import { listenForScanner } from '../../devices/wedge-listener.ts';
import type { Desk } from '../../reception/desk.ts';
import type { ShownHubCode } from '../hub/hub-section.tsx';
import { Icon } from '../icons.tsx';
import { LanguageMenu } from '../language-menu.tsx';
import type { OpenedDesk } from '../services.ts';
import { SettingsPanel } from '../settings/settings-panel.tsx';
import { CameraPanel, useScanCamera } from './camera-panel.tsx';
import { Counts } from './counts.tsx';
import { RecentList } from './recent-list.tsx';
import { Ready, ResultPanel } from './result-panel.tsx';
import { type ResultWords, wordsOf } from './result-words.ts';
import { ScanLine } from './scan-line.ts';
import { StayChoice } from './stay-choice.tsx';
import { SyncLine } from './sync-line.tsx';
import { UndoButton } from './undo-button.tsx';

/** A result stays this long, ms, unless a new code replaces it; what needs reading stays longer. */
const SHOWN_MS = { good: 7_000, returned: 7_000, undone: 7_000, attention: 10_000, bad: 14_000 } as const;

interface ScanScreenProps {
  readonly opened: OpenedDesk;
  readonly now: () => number;
  readonly onLock: () => Promise<void>;
}

/** The desk at work: always ready for the next card, by camera or scanner. */
export function ScanScreen({ opened, now, onLock }: ScanScreenProps) {
  const { desk } = opened;
  const { t } = useTranslation();
  const snapshot = useSyncExternalStore(
    useCallback((listener: () => void) => desk.subscribe(listener), [desk]),
    useCallback(() => desk.snapshot(), [desk]),
  );
  const [stay, setStay] = useState<StayKind>('shelter');
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [shownHubCode, setShownHubCode] = useState<ShownHubCode | null>(null);
  const offerHub = useCallback((text: string) => {
    setShownHubCode({ text });
    setSettingsOpen(true);
  }, []);
  const closeSettings = () => {
    setSettingsOpen(false);
    setShownHubCode(null);
  };
  const { line, result, working } = useScanLine(desk, stay, offerHub);
  const camera = useScanCamera(line.take);
  const [locking, setLocking] = useState(false);
  useEffect(() => listenForScanner(document, (text) => line.take([text])), [line]);

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
          onPress={() => (settingsOpen ? closeSettings() : setSettingsOpen(true))}
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
          <StayChoice stay={stay} onChange={setStay} />
          <Counts counts={snapshot.counts} complete={snapshot.sync.lastExchangeAt !== null} />
        </section>
        <section className="desk-front" aria-label={t('scan.title')}>
          {settingsOpen && (
            <SettingsPanel
              hub={opened.hub}
              bundles={opened.bundles}
              shownHubCode={shownHubCode}
              isHidden={result !== null}
              onClose={closeSettings}
            />
          )}
          {result !== null && <ResultPanel words={result} now={now} />}
          {result === null && !settingsOpen && <Ready working={working} />}
          {(result !== null || !settingsOpen) && (
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

/** The line of scans for this desk, and what it told last. */
function useScanLine(desk: Desk, stay: StayKind, onHubCode: (text: string) => void) {
  const [result, setResult] = useState<ResultWords | null>(null);
  const [working, setWorking] = useState(false);
  const chosenStay = useRef(stay);
  chosenStay.current = stay;
  const tones = useRef(new TonePlayer());

  const line = useMemo(
    () =>
      new ScanLine({
        desk,
        stay: () => chosenStay.current,
        now: () => performance.now(),
        onTold: (told) => {
          const words = wordsOf(told);
          flushSync(() => setResult(words));
          tones.current.play(words.tone);
        },
        onHubCode,
        onWorking: setWorking,
      }),
    [desk, onHubCode],
  );
  useEffect(() => () => line.close(), [line]);
  useEffect(() => {
    if (result === null) return;
    const timer = setTimeout(() => setResult(null), SHOWN_MS[result.look]);
    return () => clearTimeout(timer);
  }, [result]);
  return { line, result, working };
}
