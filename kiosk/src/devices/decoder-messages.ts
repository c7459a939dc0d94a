import * as z from 'zod';

/** To the worker: one frame, handed over. `thorough` looks for several codes in it. */
export interface FrameToDecode {
  readonly bitmap: ImageBitmap;
  readonly thorough: boolean;
}

/** From the worker: it can start, what it found in a frame, or that it cannot go on. */
export const decoderReplySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('decoded'), texts: z.array(z.string()) }),
  z.object({ kind: z.literal('broken') }),
]);
export type DecoderReply = z.infer<typeof decoderReplySchema>;
