import { enrolmentRequestSchema, enrolmentResponseSchema } from '@uketsuke/shared/contracts';
import { KIOSK_HOST_ERROR_CODES } from '@uketsuke/shared/errors';
import { deviceIdSchema } from '@uketsuke/shared/identifiers';
import { journalEntrySchema } from '@uketsuke/shared/journal';
import { base64urlOf } from '@uketsuke/shared/sealing';
import { z } from 'zod';
import {
  attributesOutcomeSchema,
  cardReaderStateSchema,
  cardStateCallSchema,
  readAttributesCallSchema,
  triesLeftCallSchema,
  triesLeftSchema,
} from './card-reader/card-reader.ts';
import { type ListenToHost, RemoteCardReader } from './card-reader/remote-card-reader.ts';
import type { KioskHost } from './kiosk-host.ts';
import { KioskHostError } from './kiosk-host-error.ts';

/** What crosses between the page and its host, over a WebSocket or Electron's ipc: one call, one answer. */
const pin = z.string().max(256);
const contents = z.string().max(256 * 1024);

const hubInUseSchema = z.object({
  origin: z.url({ protocol: /^https$/ }).max(300),
  certificateSha256: base64urlOf(32),
  deviceId: deviceIdSchema.optional(),
});

export const hostCallSchema = z.discriminatedUnion('call', [
  z.strictObject({ call: z.literal('info') }),
  z.strictObject({ call: z.literal('enrol'), serverUrl: z.string().max(500), request: enrolmentRequestSchema }),
  z.strictObject({ call: z.literal('vault.state') }),
  z.strictObject({ call: z.literal('vault.create'), pin, contents }),
  z.strictObject({ call: z.literal('vault.open'), pin }),
  z.strictObject({ call: z.literal('vault.update'), contents }),
  z.strictObject({ call: z.literal('journal.append'), entry: journalEntrySchema }),
  z.strictObject({ call: z.literal('journal.read'), from: z.int().min(0), limit: z.int().min(1).max(2_000) }),
  z.strictObject({ call: z.literal('hub.lookUp'), address: z.string().max(2_000) }),
  z.strictObject({ call: z.literal('hub.use'), hub: hubInUseSchema }),
  z.strictObject({ call: z.literal('hub.forget') }),
  cardStateCallSchema,
  readAttributesCallSchema,
  triesLeftCallSchema,
]);
export type HostCall = z.infer<typeof hostCallSchema>;

export const hostAnswerSchema = z.discriminatedUnion('ok', [
  // JSON leaves out the result of a function that gives none.
  z.object({ ok: z.literal(true), result: z.unknown().optional() }),
  z.object({ ok: z.literal(false), code: z.enum(KIOSK_HOST_ERROR_CODES), retryAfterSeconds: z.number().optional() }),
]);
export type HostAnswer = z.infer<typeof hostAnswerSchema>;

const infoSchema = z.object({
  kind: z.enum(['electron', 'browser']),
  version: z.string(),
  serverUrl: z.string().nullable(),
  hub: z.object({ origin: z.string(), deviceId: deviceIdSchema.optional() }).nullable(),
});
const foundHubSchema = hubInUseSchema.extend({ credential: z.string(), shelterName: z.string() });
const pageSchema = z.object({
  entries: z.array(journalEntrySchema),
  next: z.int().nullable(),
  damagedLines: z.int(),
});

/** Carries out a call; whatever goes wrong becomes an answer. A call that is no call is answered `host-gone`. */
export async function answerHostCall(host: KioskHost, message: unknown): Promise<HostAnswer> {
  const call = hostCallSchema.safeParse(message);
  if (!call.success) return { ok: false, code: 'host-gone' };
  try {
    return { ok: true, result: await carryOut(host, call.data) };
  } catch (cause) {
    if (!(cause instanceof KioskHostError)) return { ok: false, code: 'disk-failed' };
    const wait = cause.retryAfterSeconds;
    return { ok: false, code: cause.code, ...(wait === undefined ? {} : { retryAfterSeconds: wait }) };
  }
}

function carryOut(host: KioskHost, call: HostCall): unknown {
  switch (call.call) {
    case 'info':
      return host.info();
    case 'enrol':
      return host.enrol(call.serverUrl, call.request);
    case 'vault.state':
      return host.vault.state();
    case 'vault.create':
      return host.vault.create(call.pin, call.contents);
    case 'vault.open':
      return host.vault.open(call.pin);
    case 'vault.update':
      return host.vault.update(call.contents);
    case 'journal.append':
      return host.journal.append(call.entry);
    case 'journal.read':
      return host.journal.read(call.from, call.limit);
    case 'hub.lookUp':
      return host.hub.lookUp(call.address);
    case 'hub.use':
      return host.hub.use(call.hub);
    case 'hub.forget':
      return host.hub.forget();
    case 'card.state':
      return host.cardReader.state();
    case 'card.read-attributes':
      return host.cardReader.readAttributes(call.presentation, call.by);
    case 'card.tries-left':
      return host.cardReader.triesLeft(call.presentation, call.way);
  }
}

/**
 * A KioskHost whose every function is one message to the other side. `send` gives the answer as it came; `listen` hears
 * what the other side tells unasked.
 */
export function hostOver(send: (call: unknown) => Promise<unknown>, listen: ListenToHost): KioskHost {
  const ask = async <Result>(call: HostCallInput, schema: z.ZodType<Result>): Promise<Result> => {
    const answer = hostAnswerSchema.safeParse(await send(call));
    if (!answer.success) throw new KioskHostError('host-gone');
    if (!answer.data.ok) {
      const { code, retryAfterSeconds } = answer.data;
      throw new KioskHostError(code, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }
    const result = schema.safeParse(answer.data.result);
    if (!result.success) throw new KioskHostError('host-gone');
    return result.data;
  };
  const nothing = z.unknown().transform(() => undefined);
  return {
    info: () => ask({ call: 'info' }, infoSchema),
    enrol: (serverUrl, request) => ask({ call: 'enrol', serverUrl, request }, enrolmentResponseSchema),
    vault: {
      state: () => ask({ call: 'vault.state' }, z.enum(['empty', 'sealed'])),
      create: (pinText, text) => ask({ call: 'vault.create', pin: pinText, contents: text }, nothing),
      open: (pinText) => ask({ call: 'vault.open', pin: pinText }, z.string()),
      update: (text) => ask({ call: 'vault.update', contents: text }, nothing),
    },
    journal: {
      append: (entry) => ask({ call: 'journal.append', entry }, nothing),
      read: (from, limit) => ask({ call: 'journal.read', from, limit }, pageSchema),
    },
    hub: {
      lookUp: (address) => ask({ call: 'hub.lookUp', address }, foundHubSchema),
      use: (hub) => ask({ call: 'hub.use', hub: hubInUseSchema.parse(hub) }, nothing),
      forget: () => ask({ call: 'hub.forget' }, nothing),
    },
    cardReader: new RemoteCardReader(
      {
        state: () => ask({ call: 'card.state' }, cardReaderStateSchema),
        readAttributes: (presentation, by) =>
          ask({ call: 'card.read-attributes', presentation, by }, attributesOutcomeSchema),
        triesLeft: (presentation, way) => ask({ call: 'card.tries-left', presentation, way }, triesLeftSchema),
      },
      listen,
    ),
  };
}

type HostCallInput = z.input<typeof hostCallSchema>;
