/** A picture that shows nothing new for so long, ms, is frozen. */
export const FROZEN_AFTER_MS = 3_000;
/** How often a camera is looked at, ms. */
export const LOOK_EVERY_MS = 500;
/** A look that comes so late, ms, says of the page that it stood still, not of the camera. */
const LATE_LOOK_MS = 2_000;

/** How a camera is found. */
export interface CameraLook {
  /** Frames it has given so far. */
  readonly frames: number;
  /** Its track says that it gives none: a switch or a cover, or the system took it away. */
  readonly isMuted: boolean;
  /** Nobody sees the picture of a hidden page, and browsers stop it. */
  readonly isVisible: boolean;
}

/** Tells a camera that is on and gives no new picture (DSK-4). Pure but for its own state: time comes with each look. */
export class FrameWatch {
  #frames = -1;
  #newAt = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;

  /** Whether nothing new has come for too long. @param now a steady clock, ms */
  isFrozen({ frames, isMuted, isVisible }: CameraLook, now: number): boolean {
    const isLate = now - this.#lookedAt > LATE_LOOK_MS;
    this.#lookedAt = now;
    const isNew = frames !== this.#frames && !isMuted;
    if (isNew || isLate || !isVisible) this.#newAt = now;
    this.#frames = frames;
    return now - this.#newAt >= FROZEN_AFTER_MS;
  }
}
