import { Listeners } from '@uketsuke/shared/listeners';
import { Turn } from '@uketsuke/shared/turn';
import { Html5Qrcode, Html5QrcodeSupportedFormats } from 'html5-qrcode';
import { type CameraFault, cameraFaultOf, retriesByItself } from './camera-fault.ts';
import { listenForPermission } from './camera-permission.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { FrameWatch, LOOK_EVERY_MS } from './frame-watch.ts';

/** A camera of this laptop. The label may be empty. */
export interface CameraChoice {
  readonly id: string;
  readonly label: string;
}

/** What the screen shows of the camera. */
export interface CameraState {
  readonly phase: 'starting' | 'running' | 'failed';
  readonly fault: CameraFault | null;
  readonly cameras: readonly CameraChoice[];
  readonly cameraId: string | null;
  /** `null` when the camera has no light. */
  readonly torch: boolean | null;
  /** Which decoder reads the frames: zxing-wasm in a worker, or html5-qrcode's own when that fails. */
  readonly decoder: 'worker' | 'fallback';
}

export interface ScanCameraOptions {
  /** Codes read from one frame; answers whether all were known already. */
  readonly onCodes: (texts: readonly string[]) => boolean;
  /** Remembers the id of the chosen camera, nothing else. */
  readonly memory: Pick<Storage, 'getItem' | 'setItem'>;
}

const MEMORY_KEY = 'uketsuke.camera';
const RETRY_MS = 4_000;
/** A frozen camera often comes back when it is started again; the words have this long to be read. */
const FROZEN_RETRY_MS = 2_500;
const FIRST_PICTURE_MS = 10_000;
const POLL_MS = 40;
/** html5-qrcode's loop copies a frame this often even while paused; as the fallback it decodes at this rate. */
const FALLBACK_FPS = 4;
const INITIAL: CameraState = {
  phase: 'starting',
  fault: null,
  cameras: [],
  cameraId: null,
  torch: null,
  decoder: 'worker',
};

/**
 * The desk's camera. html5-qrcode owns the device (permission, list, start and stop, light) with its own decoder paused;
 * frames go to zxing-wasm. When the camera fails, or is on and shows nothing new, it is tried again until it works.
 */
export class ScanCamera {
  readonly #surfaceId: string;
  readonly #options: ScanCameraOptions;
  readonly #listeners = new Listeners();
  #state = INITIAL;
  #reader: Html5Qrcode | undefined;
  #decoder: FrameDecoder | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #stopListening: () => void = () => undefined;
  #wanted = false;
  /** Starting and stopping overlap badly in html5-qrcode: one after the other. */
  readonly #work = new Turn();

  /** @param surfaceId id of the element that is to hold the picture */
  constructor(surfaceId: string, options: ScanCameraOptions) {
    this.#surfaceId = surfaceId;
    this.#options = options;
  }

  readonly snapshot = (): CameraState => this.#state;
  readonly subscribe = this.#listeners.subscribe;

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
    this.#stopListening = listenForPermission(this.#onPermission);
    this.restart();
  }

  stop(): void {
    this.#wanted = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    this.#stopListening();
    this.#queue(() => this.#close());
  }

  /** Tries again, with the chosen camera. */
  restart(): void {
    this.#queue(async () => {
      await this.#close();
      if (this.#wanted) await this.#open();
    });
  }

  choose(cameraId: string): void {
    this.#options.memory.setItem(MEMORY_KEY, cameraId);
    this.restart();
  }

  async setTorch(on: boolean): Promise<void> {
    try {
      await this.#reader?.getRunningTrackCameraCapabilities().torchFeature().apply(on);
      this.#set({ torch: on });
    } catch {
      this.#set({ torch: null });
    }
  }

  readonly #onDeviceChange = (): void => {
    if (this.#state.phase === 'failed') this.restart();
    if (this.#state.phase === 'running') this.#listAgain().catch(() => undefined);
  };

  /** A permission given back is noticed, and one taken away named as such: the track's end alone looks like a pulled plug. */
  readonly #onPermission = (isAllowed: boolean): void => {
    const { phase, fault } = this.#state;
    if (isAllowed ? phase === 'failed' : phase === 'running' || fault === 'unplugged') this.restart();
  };

  #queue(step: () => Promise<void>): void {
    clearTimeout(this.#retry);
    void this.#work.run(() => step().catch((error: unknown) => this.#fail(cameraFaultOf(error))));
  }

  async #open(): Promise<void> {
    this.#set({ phase: 'starting', fault: null, torch: null, decoder: 'worker' });
    const cameras = (await Html5Qrcode.getCameras()).map(({ id, label }) => ({ id, label }));
    const remembered = this.#options.memory.getItem(MEMORY_KEY);
    const chosen = cameras.find((camera) => camera.id === remembered) ?? cameras[0];
    this.#set({ cameras, cameraId: chosen?.id ?? null });
    if (chosen === undefined) return this.#fail('none');
    const reader = new Html5Qrcode(this.#surfaceId, {
      formatsToSupport: [Html5QrcodeSupportedFormats.QR_CODE],
      useBarCodeDetectorIfSupported: false,
      verbose: false,
    });
    this.#reader = reader;
    const starting = reader.start(
      chosen.id,
      {
        fps: FALLBACK_FPS,
        disableFlip: true,
        videoConstraints: { deviceId: { exact: chosen.id }, width: { ideal: 1280 }, height: { ideal: 720 } },
      },
      (text) => this.#options.onCodes([text]),
      undefined,
    );
    // A camera that gives no frame never starts: html5-qrcode waits for it without an end.
    const isStarted = await Promise.race([starting.then(() => true), after(FIRST_PICTURE_MS).then(() => false)]);
    if (!isStarted) {
      const stopLate = () => (this.#reader === reader ? undefined : reader.stop());
      starting.then(stopLate).catch(() => undefined);
    }
    const video = isStarted ? await this.#firstPicture() : undefined;
    if (video === undefined) return this.#fail('no-picture');
    this.#hearTracks(video);
    this.#watchFrames(video, new FrameWatch());
    reader.pause(false);
    this.#decode(reader, video);
    this.#set({ phase: 'running', fault: null, torch: readTorch(reader) });
  }

  #decode(reader: Html5Qrcode, video: HTMLVideoElement): void {
    const fallBack = () => {
      if (this.#reader !== reader) return;
      reader.resume();
      this.#set({ decoder: 'fallback' });
    };
    try {
      this.#decoder = new FrameDecoder(video, { onCodes: this.#options.onCodes, onBroken: fallBack });
    } catch {
      fallBack();
    }
  }

  /** Waits until frames arrive and html5-qrcode has set up its canvas. */
  async #firstPicture(): Promise<HTMLVideoElement | undefined> {
    for (let waited = 0; waited < FIRST_PICTURE_MS; waited += POLL_MS) {
      const surface = document.getElementById(this.#surfaceId);
      const video = surface?.querySelector('video');
      if (video && video.videoWidth > 0 && surface?.querySelector('canvas')) return video;
      await after(POLL_MS);
    }
    return undefined;
  }

  #watchFrames(video: HTMLVideoElement, watch: FrameWatch): void {
    this.#watch = setTimeout(() => {
      const isFrozen = watch.isFrozen(
        {
          frames: video.getVideoPlaybackQuality().totalVideoFrames,
          isMuted: tracksOf(video.srcObject).some((track) => track.muted),
          isVisible: document.visibilityState === 'visible',
        },
        performance.now(),
      );
      if (isFrozen && this.#wanted) this.#queue(() => this.#fail('frozen'));
      else this.#watchFrames(video, watch);
    }, LOOK_EVERY_MS);
  }

  #hearTracks(video: HTMLVideoElement): void {
    // html5-qrcode throws in these, where nobody can catch it.
    video.onabort = null;
    video.onerror = null;
    for (const track of tracksOf(video.srcObject)) {
      track.addEventListener('ended', () => {
        if (this.#wanted) this.#queue(() => this.#close().then(() => this.#fail('unplugged')));
      });
    }
  }

  async #close(): Promise<void> {
    clearTimeout(this.#watch);
    this.#decoder?.stop();
    this.#decoder = undefined;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader?.isScanning) await reader.stop();
    else stopTracks(document.getElementById(this.#surfaceId)?.querySelector('video')?.srcObject);
  }

  async #fail(fault: CameraFault): Promise<void> {
    await this.#close().catch(() => undefined);
    if (!this.#wanted) return;
    this.#set({ phase: 'failed', fault, torch: null });
    if (!retriesByItself(fault)) return;
    this.#retry = setTimeout(() => this.restart(), fault === 'frozen' ? FROZEN_RETRY_MS : RETRY_MS);
  }

  async #listAgain(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const cameras = devices.filter((device) => device.kind === 'videoinput');
    this.#set({ cameras: cameras.map(({ deviceId, label }) => ({ id: deviceId, label })) });
  }

  #set(change: Partial<CameraState>): void {
    this.#state = { ...this.#state, ...change };
    this.#listeners.publish();
  }
}

function readTorch(reader: Html5Qrcode): boolean | null {
  const torch = reader.getRunningTrackCameraCapabilities().torchFeature();
  return torch.isSupported() ? (torch.value() ?? false) : null;
}

function stopTracks(stream: MediaProvider | null | undefined): void {
  for (const track of tracksOf(stream)) track.stop();
}

function tracksOf(stream: MediaProvider | null | undefined): readonly MediaStreamTrack[] {
  return stream instanceof MediaStream ? stream.getVideoTracks() : [];
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
