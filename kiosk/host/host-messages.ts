import { KIOSK_HOST_ERROR_CODES } from '@uketsuke/shared/errors';
import * as z from 'zod';
import { type ListenToHost, RemoteCardReader } from './card-reader/remote-card-reader.ts';
import { type HOST_CALLS, HOST_CALLS_BY_NAME, type HostFunctions } from './host-calls.ts';
import type { KioskHost } from './kiosk-host.ts';
import { KioskHostError } from './kiosk-host-error.ts';

/** What crosses between the page and its host, over a WebSocket or Electron's ipc: one call, one answer. */
const hostCallSchema = z.strictObject({ call: z.string().max(100), given: z.array(z.unknown()).max(10) });
type HostCall = z.infer<typeof hostCallSchema>;

export const hostAnswerSchema = z.discriminatedUnion('ok', [
  // JSON leaves out the result of a function that gives none.
  z.object({ ok: z.literal(true), result: z.unknown().optional() }),
  z.object({ ok: z.literal(false), code: z.enum(KIOSK_HOST_ERROR_CODES), retryAfterSeconds: z.number().optional() }),
]);
export type HostAnswer = z.infer<typeof hostAnswerSchema>;

/** Carries out a call; whatever goes wrong becomes an answer. A call that is no call is answered `host-gone`. */
export async function answerHostCall(host: KioskHost, message: unknown): Promise<HostAnswer> {
  const call = hostCallSchema.safeParse(message);
  const given = call.success ? HOST_CALLS_BY_NAME.get(call.data.call)?.input.safeParse(call.data.given) : undefined;
  if (!call.success || given?.success !== true) return { ok: false, code: 'host-gone' };
  try {
    return { ok: true, result: await carryOut(host, call.data.call, given.data) };
  } catch (cause) {
    if (!(cause instanceof KioskHostError)) return { ok: false, code: 'disk-failed' };
    const wait = cause.retryAfterSeconds;
    return { ok: false, code: cause.code, ...(wait === undefined ? {} : { retryAfterSeconds: wait }) };
  }
}

/** Calls the host's function of a name that the table declares. */
function carryOut(host: KioskHost, name: string, given: readonly unknown[]): unknown {
  let owner: object = host;
  let found: unknown = host;
  for (const step of name.split('.')) {
    if (typeof found !== 'object' || found === null) throw new KioskHostError('host-gone');
    owner = found;
    found = Reflect.get(owner, step);
  }
  if (typeof found !== 'function') throw new KioskHostError('host-gone');
  return Reflect.apply(found, owner, given);
}

/**
 * A KioskHost whose every function is one message to the other side. `send` gives the answer as it came; `listen` hears
 * what the other side tells unasked.
 */
export function hostOver(send: (call: unknown) => Promise<unknown>, listen: ListenToHost): KioskHost {
  const { cardReader, ...functions } = functionsOver(send);
  return { ...functions, cardReader: new RemoteCardReader(cardReader, listen) };
}

function functionsOver(send: (call: HostCall) => Promise<unknown>): HostFunctions<typeof HOST_CALLS> {
  const functions: Record<string, unknown> = {};
  for (const [name, { output }] of HOST_CALLS_BY_NAME) {
    const ask = async (...given: unknown[]) => resultOf(await send({ call: name, given }), output);
    const [area = '', inner] = name.split('.');
    functions[area] = inner === undefined ? ask : { ...Object(functions[area]), [inner]: ask };
  }
  // Built from the table that the type is made from, entry by entry.
  return functions as HostFunctions<typeof HOST_CALLS>;
}

function resultOf(message: unknown, output: z.ZodType): unknown {
  const answer = hostAnswerSchema.safeParse(message);
  if (!answer.success) throw new KioskHostError('host-gone');
  if (!answer.data.ok) {
    const { code, retryAfterSeconds } = answer.data;
    throw new KioskHostError(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
  }
  const result = output.safeParse(answer.data.result);
  if (!result.success) throw new KioskHostError('host-gone');
  return result.data;
}
