import type { IncomingMessage } from 'node:http';
import type { BundleImporter } from '../../bundles/bundle-importer.ts';
import { senderAddress } from '../../bundles/sender-address.ts';
import { refusalOf } from '../../http/problems.ts';
import { RequestRefusedError } from '../../http/request-refused.ts';
import type { HubWords } from './ja.ts';
import type { UsbOutcome } from './usb-page.ts';

/** A form without script comes as one piece that has to be held in memory. Larger files come by the command. */
const FORM_MAX_BYTES = 64 * 1024 * 1024;

/** Imports what the page's form sends: one form at a time from this machine, and one from others. */
export class BundleForms {
  readonly #importer: BundleImporter;
  readonly #reading = new Set<'here' | 'elsewhere'>();

  constructor(importer: BundleImporter) {
    this.#importer = importer;
  }

  /** Never rejects. */
  async import(request: IncomingMessage): Promise<UsbOutcome> {
    const address = senderAddress(request);
    const from = address === undefined ? 'here' : 'elsewhere';
    if (this.#reading.has(from)) {
      request.resume();
      return { kind: 'failed', why: 'busy' };
    }
    this.#reading.add(from);
    try {
      const file = await fileOf(request);
      if (file === undefined) return { kind: 'failed', why: 'nothing' };
      return { kind: 'imported', counts: await this.#importer.import(piecesOf(file), { address }) };
    } catch (error) {
      return { kind: 'failed', why: whyOf(refusalOf(error)) };
    } finally {
      this.#reading.delete(from);
    }
  }
}

async function fileOf(request: IncomingMessage): Promise<Blob | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (bytes > FORM_MAX_BYTES) throw new RequestRefusedError(413, 'bundle-too-large');
    pieces.push(buffer);
  }
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(Buffer.concat(pieces)), { headers }).formData();
  const file = form.get('file');
  return file instanceof Blob && file.size > 0 ? file : undefined;
}

async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(await file.arrayBuffer());
}

function whyOf({ code }: RequestRefusedError): keyof HubWords['usb']['failures'] {
  switch (code) {
    case 'not-a-bundle':
    case 'bundle-damaged':
    case 'bundle-foreign':
    case 'bundle-too-new':
    case 'bundle-too-large':
    case 'busy':
      return code;
    default:
      return 'other';
  }
}
