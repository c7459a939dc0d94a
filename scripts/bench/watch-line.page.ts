import { NO_CODE, readStrip, STRIP_BLOCK_WIDTH, STRIP_BLOCKS, STRIP_HEIGHT } from '../../testbed/camera/frame-strip.ts';

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
  const onFrame = (shownAt: number) => {
    video.requestVideoFrameCallback(onFrame);
    const frame = new VideoFrame(video);
    codeNumberOf(frame)
      .then((codeNumber) => {
        if (codeNumber !== undefined && codeNumber !== NO_CODE) log.shownAt[codeNumber] ??= shownAt;
      })
      .finally(() => frame.close());
  };
  video.requestVideoFrameCallback(onFrame);
}

/** Copies two rows of the frame, not the whole picture: watching must not slow down what is measured. */
async function codeNumberOf(frame: VideoFrame): Promise<number | undefined> {
  if (frame.format !== 'I420' && frame.format !== 'NV12') throw new Error(`frames of format ${frame.format}`);
  const rect = { x: 0, y: STRIP_HEIGHT / 2, width: STRIP_BLOCKS * STRIP_BLOCK_WIDTH, height: 2 };
  const pixels = new Uint8Array(frame.allocationSize({ rect }));
  await frame.copyTo(pixels, { rect });
  // Brightness comes first in both formats, row by row.
  const middles = Array.from({ length: STRIP_BLOCKS }, (_, at) => (at + 0.5) * STRIP_BLOCK_WIDTH);
  return readStrip(middles.map((x) => pixels[x] ?? 0));
}

function noteResult(): void {
  const result = document.querySelector<HTMLElement>('[data-testid=result][data-kind=admitted]');
  const { eventId, cardId } = result?.dataset ?? {};
  if (eventId !== undefined && cardId !== undefined) {
    log.acknowledged[eventId] ??= { at: performance.now(), cardId };
  }
}
