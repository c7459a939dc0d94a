import { z } from 'zod';
import type { StoreMark } from '../protocol/index.ts';

/**
 * The server's store as this kiosk knows it. `generation` is the kiosk's own count of server stores: it rises when
 * the epoch changes or the high-water mark goes back, and everything is then offered again (SYN-5).
 */
export const serverStateSchema = z.object({
  epoch: z.string(),
  events: z.int().min(0),
  generation: z.int().min(1),
});
export type ServerState = z.infer<typeof serverStateSchema>;

/** What a mark received from the server makes of what was known. Marks must be given in the order of their requests. */
export function afterMark(known: ServerState | null, mark: StoreMark): { state: ServerState; startOver: boolean } {
  if (known === null) return { state: { ...mark, generation: 1 }, startOver: false };
  if (known.epoch !== mark.epoch || mark.events < known.events) {
    return { state: { ...mark, generation: known.generation + 1 }, startOver: true };
  }
  return { state: { ...known, events: mark.events }, startOver: false };
}
