import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What a scanner may send after a code, as keys. */
const ENDS = {
  enter: { key: 'Enter', code: 'Enter', text: '\r', modifiers: 0, windowsVirtualKeyCode: 13 },
  tab: { key: 'Tab', code: 'Tab', modifiers: 0, windowsVirtualKeyCode: 9 },
  'ctrl-j': { key: 'j', code: 'KeyJ', modifiers: 2, windowsVirtualKeyCode: 74 },
  'ctrl-m': { key: 'm', code: 'KeyM', modifiers: 2, windowsVirtualKeyCode: 77 },
} as const;

export interface ScannerPace {
  /** Between two keys, by their own time stamps, ms: however busy this machine is. */
  readonly gapMs?: number;
  readonly end?: keyof typeof ENDS | 'none';
  /** A pause before the key of that number. */
  readonly pause?: { readonly before: number; readonly ms: number };
}

/** By which a scan is known from the one before, as by the hand that takes up the next card, ms. */
const BETWEEN_SCANS_MS = 600;
/** When the last key of a page's last scan went down, ms since 1970 UTC. */
const lastKeyAt = new WeakMap<Page, number>();

/**
 * When a scan of that length begins whose last key goes down now, ms since 1970 UTC. Resolves once that is after the end
 * of the page's scan before it: the keys carry time stamps of their own, and no scan begins within another.
 */
export async function beginOfScan(page: Page, lengthMs: number): Promise<number> {
  const earliest = (lastKeyAt.get(page) ?? 0) + BETWEEN_SCANS_MS;
  await wait(Math.max(0, earliest + lengthMs - Date.now()));
  lastKeyAt.set(page, Date.now());
  return Date.now() - lengthMs;
}

/** Types as a USB scanner in keyboard mode does, into whatever has the focus: letters, digits and the bracket of an AIM prefix. */
export async function typeLikeScanner(page: Page, text: string, pace: ScannerPace = {}): Promise<void> {
  const { gapMs = 4, end = 'enter', pause } = pace;
  const keyboard = await page.context().newCDPSession(page);
  const characters = [...text].map((key) => ({
    key,
    code: key === ']' ? 'BracketRight' : `${/\d/.test(key) ? 'Digit' : 'Key'}${key}`,
    text: key,
    modifiers: 0,
    windowsVirtualKeyCode: key.charCodeAt(0),
  }));
  const keys = [...characters, ...(end === 'none' ? [] : [ENDS[end]])];
  const offsets = keys.map((_key, at) => at * gapMs + (pause !== undefined && at >= pause.before ? pause.ms : 0));
  const start = await beginOfScan(page, offsets.at(-1) ?? 0);
  await Promise.all(
    keys.flatMap((key, at) =>
      (['keyDown', 'keyUp'] as const).map((type) =>
        keyboard.send('Input.dispatchKeyEvent', { type, timestamp: (start + (offsets[at] ?? 0)) / 1_000, ...key }),
      ),
    ),
  );
  await keyboard.detach();
}
