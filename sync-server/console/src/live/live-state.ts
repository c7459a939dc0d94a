/** How the live connection stands. */
export interface LiveState {
  readonly connected: boolean;
  /** An attempt ended or failed, and none has succeeded since. */
  readonly cutOff: boolean;
  /** When anything was last heard, by the clock passed in; undefined before the first time. */
  readonly heardAt: number | undefined;
}

export const NOT_YET_CONNECTED: LiveState = { connected: false, cutOff: false, heardAt: undefined };

/** What changed: the shelters named, or perhaps anything. */
export type LiveChange = readonly string[] | 'anything';
