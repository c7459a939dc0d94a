import type { ScannerRead } from './scanner-text.ts';
import { readPasted, SILENCE_MS, WedgeReader } from './wedge-scanner.ts';

/** A timer later than this was held up, and so may keys be that were pressed meanwhile. */
const LATE_MS = 50;

/**
 * Listens on the whole document for USB scanners and pasted codes, wherever the focus is.
 * @param onRead what was read, or that it is no code
 * @returns stops listening
 */
export function listenForScanner(document: Document, onRead: (read: ScannerRead) => void): () => void {
  const reader = new WedgeReader();
  const swallowed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const awaitSilence = (at: number) => {
    clearTimeout(timer);
    if (!reader.waiting) return;
    const due = performance.now() + SILENCE_MS;
    timer = setTimeout(() => {
      // A page that was too busy for its timer was too busy for its keys: they are heard first, and a code is not cut.
      if (performance.now() - due > LATE_MS) return awaitSilence(at);
      const read = reader.silence(at + SILENCE_MS);
      if (read !== undefined) onRead(read);
    }, SILENCE_MS);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = reader.key({
      code: event.code,
      key: event.key,
      at: event.timeStamp,
      repeat: event.repeat,
      ctrl: event.ctrlKey,
      alt: event.altKey,
      meta: event.metaKey,
      editable: isEditable(event.target),
    });
    if (step.swallow) {
      swallowed.add(event.code);
      keepFromPage(event);
    }
    awaitSilence(event.timeStamp);
    if (step.read !== undefined) onRead(step.read);
  };
  // A button may act when the key comes up, and Alt then types a character.
  const onKeyUp = (event: KeyboardEvent) => {
    const step = reader.keyUp({ key: event.key, at: event.timeStamp, editable: isEditable(event.target) });
    if (swallowed.delete(event.code) || step.swallow) keepFromPage(event);
    if (event.key === 'Alt') awaitSilence(event.timeStamp);
    if (step.read !== undefined) onRead(step.read);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (isEditable(event.target)) return;
    const read = readPasted(event.clipboardData?.getData('text/plain') ?? '');
    if (read !== undefined) onRead({ kind: 'code', text: read });
  };

  document.addEventListener('keydown', onKeyDown, true);
  document.addEventListener('keyup', onKeyUp, true);
  document.addEventListener('paste', onPaste, true);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('keydown', onKeyDown, true);
    document.removeEventListener('keyup', onKeyUp, true);
    document.removeEventListener('paste', onPaste, true);
  };
}

function keepFromPage(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function isEditable(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  return (
    target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'submit', 'range'].includes(target.type)
  );
}
