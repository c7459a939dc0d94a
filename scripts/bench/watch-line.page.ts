import { NO_CODE, readStrip, STRIP_BLOCK_WIDTH, STRIP_BLOCKS, STRIP_HEIGHT } from '../camera/frame-strip.ts';

/**
 * Runs in the kiosk's page, from outside: notes when the first frame of each code was shown in the page's own video
 * and when the result of a card was acknowledged, both on the page's clock.
 */
export interface LineLog {
  /** Code number → ms on `performance.now()`. */
  readonly shownAt: Record<number, number>;
  /** Event id → when its green appeared, and of which card. */
  readonly acknowledged: Record<string, { readonly at: number; readonly cardId: string }>;
}

const log: LineLog = { shownAt: {}, acknowledged: {} };

/** Begins watching. Throws when no picture is on the page yet. */
export function watchLine(): void {
  const video = document.querySelector<HTMLVideoElement>('[data-testid=camera] video');
  if (video === null) throw new Error('the page shows no camera picture');
  watchFrames(video);
  new MutationObserver(noteResult).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-event-id', 'data-card-id'],
  });
}

export function lineLog(): LineLog {
  return log;
}

/** Takes the camera away, so that the film is seen once. */
export function stopCamera(): void {
  const stream = document.querySelector<HTMLVideoElement>('[data-testid=camera] video')?.srcObject;
  if (stream instanceof MediaStream) for (const track of stream.getTracks()) track.enabled = false;
}

function watchFrames(video: HTMLVideoElement): void {
  const canvas = document.createElement('canvas');
  canvas.width = STRIP_BLOCKS;
  canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2d canvas');
  const onFrame = (shownAt: number) => {
    video.requestVideoFrameCallback(onFrame);
    const width = STRIP_BLOCKS * STRIP_BLOCK_WIDTH;
    context.drawImage(video, 0, STRIP_HEIGHT / 4, width, STRIP_HEIGHT / 2, 0, 0, STRIP_BLOCKS, 1);
    const { data } = context.getImageData(0, 0, STRIP_BLOCKS, 1);
    const codeNumber = readStrip(Array.from({ length: STRIP_BLOCKS }, (_, at) => data[at * 4] ?? 0));
    if (codeNumber !== undefined && codeNumber !== NO_CODE) log.shownAt[codeNumber] ??= shownAt;
  };
  video.requestVideoFrameCallback(onFrame);
}

function noteResult(): void {
  const result = document.querySelector<HTMLElement>('[data-testid=result][data-kind=admitted]');
  const { eventId, cardId } = result?.dataset ?? {};
  if (eventId !== undefined && cardId !== undefined) {
    log.acknowledged[eventId] ??= { at: performance.now(), cardId };
  }
}
