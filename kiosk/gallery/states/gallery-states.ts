import type { GalleryState } from './gallery-state.ts';
import { MY_NUMBER_STATES } from './my-number-states.ts';
import { RECEPTION_STATES } from './reception-states.ts';
import { SETTINGS_STATES } from './settings-states.ts';
import { START_STATES } from './start-states.ts';
import { SYNC_STATES } from './sync-states.ts';

/** Every state that the gallery shows, and that is pictured. */
export const GALLERY_STATES: readonly GalleryState[] = [
  ...START_STATES,
  ...RECEPTION_STATES,
  ...MY_NUMBER_STATES,
  ...SYNC_STATES,
  ...SETTINGS_STATES,
];
