import { decoderReplySchema } from './decoder-messages.ts';

/** A frame takes milliseconds; a worker silent for this long, ms, is not coming back. */
const WORKER_PATIENCE_MS = 8_000;
/** Between two frames, ms: 20 a second find any card; more would only warm the laptop. */
const FRAME_INTERVAL_MS = 45;

export interface FrameDecoderOptions {
  /** The codes in one frame, possibly none. Answers whether all of them were known already. */
  readonly onCodes: (texts: readonly string[]) => boolean;
  /** The worker or its WebAssembly does not work here; nothing more will come. */
  readonly onBroken: () => void;
}

/**
 * Hands the frames of a video to the decoding worker, never more than one at a time; frames that come while it is
 * busy are skipped.
 */
export class FrameDecoder {
  readonly #video: HTMLVideoElement;
  readonly #options: FrameDecoderOptions;
  readonly #worker: Worker;
  #busy = true;
  #thorough = false;
  #lastFrameAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, options: FrameDecoderOptions) {
    this.#video = video;
    this.#options = options;
    this.#worker = new Worker(new URL('./decoder-worker.ts', import.meta.url), { type: 'module' });
    this.#worker.addEventListener('message', (event) => this.#onReply(event.data));
    this.#worker.addEventListener('error', () => this.#break());
    this.#worker.addEventListener('messageerror', () => this.#break());
    this.#awaitReply();
    this.#awaitFrame();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#patience);
    this.#worker.terminate();
  }

  #awaitFrame(): void {
    if (this.#stopped) return;
    if ('requestVideoFrameCallback' in this.#video) this.#video.requestVideoFrameCallback(() => this.#onFrame());
    else setTimeout(() => this.#onFrame(), FRAME_INTERVAL_MS);
  }

  #onFrame(): void {
    this.#awaitFrame();
    const now = performance.now();
    if (this.#busy || this.#stopped || now - this.#lastFrameAt < FRAME_INTERVAL_MS) return;
    this.#busy = true;
    this.#lastFrameAt = now;
    createImageBitmap(this.#video).then(
      (bitmap) => {
        if (this.#stopped) return bitmap.close();
        this.#worker.postMessage({ bitmap, thorough: this.#thorough }, [bitmap]);
        this.#awaitReply();
      },
      // Between two streams the video has no frame: try the next one.
      () => {
        this.#busy = false;
      },
    );
  }

  #onReply(data: unknown): void {
    if (this.#stopped) return;
    clearTimeout(this.#patience);
    const reply = decoderReplySchema.safeParse(data);
    if (!reply.success || reply.data.kind === 'broken') {
      this.#break();
      return;
    }
    this.#busy = false;
    if (reply.data.kind === 'decoded') {
      const { texts } = reply.data;
      this.#thorough = this.#options.onCodes(texts) && texts.length > 0;
    }
  }

  #awaitReply(): void {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#break(), WORKER_PATIENCE_MS);
  }

  #break(): void {
    if (this.#stopped) return;
    this.stop();
    this.#options.onBroken();
  }
}
