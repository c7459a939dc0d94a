import * as z from 'zod';

/** Frames of the browser host's WebSocket. The first frame of the page is `hello`; nothing is answered before it. */
export const HOST_SOCKET_PATH = '/host';
/** No frame may be larger, in bytes. */
export const HOST_FRAME_MAX_BYTES = 8 * 1024 * 1024;

export const pageFrameSchema = z.discriminatedUnion('frame', [
  z.strictObject({ frame: z.literal('hello'), token: z.string().max(100) }),
  z.strictObject({ frame: z.literal('call'), number: z.int().min(0), call: z.unknown() }),
]);
export type PageFrame = z.input<typeof pageFrameSchema>;

export const hostFrameSchema = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('welcome') }),
  z.object({ frame: z.literal('refused'), code: z.enum(['another-window', 'host-gone']) }),
  /** The card reader's state, told after `welcome` and at every change. */
  z.object({ frame: z.literal('news'), news: z.unknown() }),
  z.object({ frame: z.literal('answer'), number: z.int(), answer: z.unknown() }),
]);
export type HostFrame = z.input<typeof hostFrameSchema>;
