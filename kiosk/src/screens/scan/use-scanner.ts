import { useCallback, useEffect, useMemo, useState } from 'react';
import { isScannerTest, type ScannerRead } from '../../devices/scanner-text.ts';
import { TonePlayer } from '../../devices/tones.ts';
import { listenForScanner } from '../../devices/wedge-listener.ts';
import type { DeskLine } from '../../reception/desk-line.ts';

/** What is said of a scanner itself: it was tried out and works, a code broke off, or keys came that make no code. */
export type ScannerSaid = 'works' | Exclude<ScannerRead['kind'], 'code'>;

/** What is said of a scanner stays this long, ms, when nothing else comes. */
const SAID_MS = 12_000;

/**
 * Listens for scanners and takes codes, of camera and scanner, to the line; the test code goes no further (DSK-3).
 * @param isTold whether the desk has told something newer, in whose way nothing stands
 */
export function useScanner(line: Pick<DeskLine, 'take' | 'dismiss'>, isTold: boolean) {
  const [said, setSaid] = useState<{ readonly kind: ScannerSaid } | null>(null);
  const tones = useMemo(() => new TonePlayer(), []);
  const say = useCallback(
    (kind: ScannerSaid) => {
      line.dismiss();
      setSaid({ kind });
    },
    [line],
  );
  const take = useCallback(
    (texts: readonly string[]): boolean => {
      const cards = texts.filter((text) => !isScannerTest(text));
      if (cards.length < texts.length) say('works');
      return line.take(cards);
    },
    [line, say],
  );
  useEffect(
    () => listenForScanner(document, (read) => (read.kind === 'code' ? void take([read.text]) : say(read.kind))),
    [take, say],
  );
  useEffect(() => {
    if (isTold) setSaid(null);
  }, [isTold]);
  useEffect(() => {
    if (said === null) return;
    tones.play(said.kind === 'works' ? 'good' : 'attention');
    const timer = setTimeout(() => setSaid(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [said, tones]);
  return { said: said?.kind ?? null, take };
}
