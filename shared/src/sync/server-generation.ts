import * as z from 'zod';
import type { StoreMark } from '../contracts/index.ts';

/**
 * A peer's store as this client knows it. `generation` is the client's own count of that peer's stores: it rises when
 * the epoch changes, the high-water mark goes back or a witness is missing, and everything is then offered again
 * (SYN-5).
 */
export const serverStateSchema = z.object({
  epoch: z.string(),
  events: z.int().min(0),
  generation: z.int().min(1),
});
export type ServerState = z.infer<typeof serverStateSchema>;

/**
 * What a mark received from the server makes of what was known. Marks must be given in the order of their requests.
 * @param witnessed what the server said of the witnesses that the request named; undefined when it said nothing
 */
export function afterMark(
  known: ServerState | null,
  { epoch, events }: StoreMark,
  witnessed?: boolean,
): { state: ServerState; startOver: boolean } {
  if (known === null) return { state: { epoch, events, generation: 1 }, startOver: false };
  if (known.epoch !== epoch || events < known.events || witnessed === false) {
    return { state: { epoch, events, generation: known.generation + 1 }, startOver: true };
  }
  return { state: { ...known, events }, startOver: false };
}
