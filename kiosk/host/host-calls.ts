import { enrolmentRequestSchema, enrolmentResponseSchema } from '@uketsuke/shared/contracts';
import { journalEntrySchema } from '@uketsuke/shared/journal';
import * as z from 'zod';
import {
  attributesOutcomeSchema,
  attributesRequestSchema,
  cardReaderStateSchema,
  presentationSchema,
  triesLeftSchema,
} from './card-reader/card-reader.ts';
import { foundHubSchema, hubInUseSchema } from './hub/hub-in-use.ts';

const pin = z.string().max(256);
const contents = z.string().max(256 * 1024);
const nothing = z.unknown().transform((): void => undefined);

/**
 * What the page may ask of its host: each function's arguments, and what it resolves to. The type `KioskHost`, the
 * messages between the two, the host's dispatch and the page's proxy all come from this table.
 */
export const HOST_CALLS = {
  info: {
    input: z.tuple([]),
    output: z.object({
      kind: z.enum(['electron', 'browser']),
      version: z.string(),
      /** Origin of the sync server, once enrolled. */
      serverUrl: z.string().nullable(),
      /** The hub in use; the page reaches it under `<its own origin>/peer/hub`. */
      hub: hubInUseSchema.nullable(),
    }),
  },
  /**
   * Redeems an enrolment code at the server (its address first). Runs in the host, so that the page's connect-src need
   * not be open to every address; the host remembers the server's origin, and the page may talk to it after a reload.
   */
  enrol: { input: z.tuple([z.string().max(500), enrolmentRequestSchema]), output: enrolmentResponseSchema },
  /**
   * The kiosk's secrets (device credential, event key, reception keys, data key), sealed under a key derived from
   * the desk's PIN with scrypt, and in Electron also under the operating system's key store. Closed: only ciphertext
   * is on the disk and no plain key is in memory.
   */
  vault: {
    state: { input: z.tuple([]), output: z.enum(['empty', 'sealed']) },
    /** Seals contents (JSON text) under a new PIN, replacing nothing: rejects with `vault-exists` when there is one. */
    create: { input: z.tuple([pin, contents]), output: nothing },
    /** Rejects with `wrong-pin`, or `too-many-attempts` and the seconds to wait. */
    open: { input: z.tuple([pin]), output: z.string() },
    /** Replaces the contents under the PIN that opened it last. */
    update: { input: z.tuple([contents]), output: nothing },
  },
  /** The append-only journal: NDJSON, one entry a line, fsynced before `append` resolves (DUR-1). */
  journal: {
    append: { input: z.tuple([journalEntrySchema]), output: nothing },
    /**
     * A page of entries from the given position (0 is the oldest), at most so many; `next` is null at the end. Damaged
     * lines are counted, not returned.
     */
    read: {
      input: z.tuple([z.int().min(0), z.int().min(1).max(2_000)]),
      output: z.object({
        entries: z.array(journalEntrySchema).readonly(),
        next: z.int().nullable(),
        damagedLines: z.int(),
      }),
    },
  },
  /**
   * The way to the shelter's hub. The host finds out who answers at an address; the page, which holds the city's key,
   * decides whether it is a hub (HUB-2), and from then on the host reaches the hub by that certificate only.
   */
  hub: {
    /**
     * Who answers at an address: a host, `host:port`, a web address, or the text of a hub's QR. Nothing is trusted yet.
     * Rejects with `hub-unreachable` or `not-a-hub`.
     */
    lookUp: { input: z.tuple([z.string().max(2_000)]), output: foundHubSchema },
    /** Remembers the hub, replacing another. Its credential must have been verified. */
    use: { input: z.tuple([hubInUseSchema]), output: nothing },
    forget: { input: z.tuple([]), output: nothing },
  },
  /** As `CardReader` (card-reader/card-reader.ts); the page hears of changes by the host's news. */
  cardReader: {
    state: { input: z.tuple([]), output: cardReaderStateSchema },
    readAttributes: { input: z.tuple([presentationSchema, attributesRequestSchema]), output: attributesOutcomeSchema },
    triesLeft: { input: z.tuple([presentationSchema, z.enum(['pin', 'pin-b'])]), output: triesLeftSchema },
  },
} as const satisfies CallTable;

/** A function of the host. */
export interface HostCallContract {
  readonly input: z.ZodTuple;
  readonly output: z.ZodType;
}
interface CallTable {
  readonly [name: string]: HostCallContract | { readonly [name: string]: HostCallContract };
}

/** The functions that a table declares. */
export type HostFunctions<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends { readonly input: infer Input; readonly output: infer Output }
    ? (
        ...given: z.output<Input> extends infer Given extends readonly unknown[] ? Given : never
      ) => Promise<z.output<Output>>
    : HostFunctions<Table[Name]>;
};

const isContract = (entry: CallTable[string]): entry is HostCallContract => entry.input instanceof z.ZodTuple;

/** Every call by the name it has in messages: `info`, `vault.open`. */
export const HOST_CALLS_BY_NAME: ReadonlyMap<string, HostCallContract> = new Map(
  Object.entries<CallTable[string]>(HOST_CALLS).flatMap(([name, entry]) =>
    isContract(entry)
      ? [[name, entry] as const]
      : Object.entries(entry).map(([inner, contract]) => [`${name}.${inner}`, contract] as const),
  ),
);
