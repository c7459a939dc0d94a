/** Why there is no camera picture. Each has its own words (`camera.fault.<fault>`). */
export const CAMERA_FAULTS = ['denied', 'none', 'busy', 'unplugged', 'no-picture', 'frozen', 'unsupported'] as const;
export type CameraFault = (typeof CAMERA_FAULTS)[number];

/** Whether trying again by itself can help: a refused permission only changes when a person changes it. */
export function retriesByItself(fault: CameraFault): boolean {
  return fault !== 'denied' && fault !== 'unsupported';
}

/**
 * The fault behind what getUserMedia or html5-qrcode rejected with. html5-qrcode passes DOMExceptions on as text that
 * holds their name (html5-qrcode 2.3.8, `errorGettingUserMedia`); names: Media Capture and Streams §10.3.
 */
export function cameraFaultOf(error: unknown): CameraFault {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  if (/NotAllowedError|SecurityError|Permission denied/.test(text)) return 'denied';
  if (/NotFoundError|OverconstrainedError|DevicesNotFound/.test(text)) return 'none';
  if (/NotReadableError|TrackStartError|AbortError|in use/.test(text)) return 'busy';
  if (/not supported|undefined/.test(text)) return 'unsupported';
  return 'no-picture';
}
