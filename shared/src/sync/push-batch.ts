import { PUSH_MAX_BYTES, PUSH_MAX_EVENTS } from '../contracts/index.ts';
import type { ReceptionEvent } from '../reception/index.ts';

/** Room for the request's own brackets. */
const ENVELOPE_BYTES = 1_024;

/** The first events that fit in one push of at most `maxEvents`; at least one when there is any. */
export function fittingBatch(
  events: readonly ReceptionEvent[],
  maxEvents: number = PUSH_MAX_EVENTS,
  maxBytes: number = PUSH_MAX_BYTES,
): ReceptionEvent[] {
  const batch: ReceptionEvent[] = [];
  let bytes = ENVELOPE_BYTES;
  for (const event of events.slice(0, maxEvents)) {
    bytes += new TextEncoder().encode(JSON.stringify(event)).length + 1;
    if (batch.length > 0 && bytes > maxBytes) break;
    batch.push(event);
  }
  return batch;
}
