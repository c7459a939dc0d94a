/** Port a hub listens on unless told otherwise. */
export const HUB_PORT = 8_443;
