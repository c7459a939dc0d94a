import { describe, expect, it } from 'vitest';
import { CAMERA_FAULTS, cameraFaultOf, retriesByItself } from './camera-fault.ts';

describe('why there is no camera picture', () => {
  it.each([
    [new DOMException('Permission denied', 'NotAllowedError'), 'denied'],
    ['Error getting userMedia, error = NotAllowedError: Permission denied', 'denied'],
    ['Error getting userMedia, error = NotFoundError: Requested device not found', 'none'],
    ['Error getting userMedia, error = OverconstrainedError', 'none'],
    [new DOMException('Could not start video source', 'NotReadableError'), 'busy'],
    ['navigator.mediaDevices not supported', 'unsupported'],
    [new Error('something else'), 'no-picture'],
  ])('%s is %s', (error, fault) => {
    expect(cameraFaultOf(error)).toBe(fault);
  });

  it('tries again by itself unless only a person can help', () => {
    expect(CAMERA_FAULTS.filter((fault) => !retriesByItself(fault))).toEqual(['denied', 'unsupported']);
  });
});
