import type { CameraFault } from '../../src/devices/camera-fault.ts';

/** What a page finds where the camera should be. */
export type CameraSetUp = 'picture' | 'starting' | CameraFault;

/** What getUserMedia rejects with in each case (Media Capture and Streams §10.3). */
const REJECTIONS: Readonly<Record<CameraFault, () => Error>> = {
  denied: () => new DOMException('Permission denied', 'NotAllowedError'),
  none: () => new DOMException('Requested device not found', 'NotFoundError'),
  busy: () => new DOMException('Could not start video source', 'NotReadableError'),
  unplugged: () => new DOMException('Requested device not found', 'NotFoundError'),
  'no-picture': () => new DOMException('No picture', 'UnknownError'),
  frozen: () => new DOMException('No picture', 'UnknownError'),
  unsupported: () => new Error('getUserMedia not supported'),
};

const CAMERA = {
  deviceId: 'gallery-camera',
  groupId: 'gallery',
  kind: 'videoinput',
  label: '内蔵カメラ',
} as const;

/** Frames at the start; then one a second, or none where the picture freezes. The video goes on showing the last one. */
const FRAMES = 3;
const FRAME_MS = 100;
const SLOW_FRAME_MS = 1_000;

/** Looks at no frame: there is no code in the still picture, and a page of many such cameras would keep a laptop busy. */
class IdleDecoder extends EventTarget {
  postMessage(): void {}
  terminate(): void {}
}

/** Puts a camera that shows one and the same picture in the place of the page's cameras, or one that has a fault. */
export class StillCamera {
  /** Whether it stays at its starting. */
  readonly isStarting: boolean;
  #stream: MediaStream | null = null;

  constructor(page: Window, setUp: CameraSetUp) {
    this.isStarting = setUp === 'starting';
    Object.defineProperty(page, 'Worker', { value: IdleDecoder });
    const { mediaDevices } = page.navigator;
    mediaDevices.enumerateDevices = async () => [{ ...CAMERA, toJSON: () => CAMERA }];
    mediaDevices.getUserMedia = async () => {
      if (setUp === 'starting') return new Promise(() => undefined);
      if (setUp !== 'picture' && setUp !== 'unplugged' && setUp !== 'frozen') throw REJECTIONS[setUp]();
      this.#stream = pictureStream(page.document, setUp === 'frozen');
      return this.#stream;
    };
  }

  /** What happens when somebody pulls its plug. */
  unplug(): void {
    for (const track of this.#stream?.getVideoTracks() ?? []) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  }
}

/** An empty table below the camera. A stream sends a frame only when something is drawn. */
function pictureStream(document: Document, freezes: boolean): MediaStream {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('no canvas');
  const draw = (frames: number) => {
    context.fillStyle = '#7d868c';
    context.fillRect(0, 0, 1280, 720);
    context.fillStyle = '#6a7277';
    context.fillRect(0, 480, 1280, 240);
    if (frames > 1) setTimeout(() => draw(frames - 1), FRAME_MS);
    else if (!freezes) setTimeout(() => draw(1), SLOW_FRAME_MS);
  };
  const stream = canvas.captureStream();
  draw(FRAMES);
  return stream;
}
