import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { BundleImporter } from '../../bundles/bundle-importer.ts';
import { refusalOf } from '../../http/problems.ts';
import { RequestRefusedError } from '../../http/request-refused.ts';
import type { HubWords } from './ja.ts';
import type { UsbOutcome } from './usb-page.ts';

/** A form without script comes as one piece that has to be held in memory. Larger files come by the command. */
const FORM_MAX_BYTES = 64 * 1024 * 1024;

/** Names under which a browser on this machine asks for the page; under another, somebody else's page may be reading. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

/**
 * Imports what the page's form sends, one form at a time. A form of another web page that is open on this machine is
 * refused: it cannot know the token.
 */
export class BundleForms {
  readonly #importer: BundleImporter;
  readonly #token = randomBytes(32).toString('base64url');
  #isReading = false;

  constructor(importer: BundleImporter) {
    this.#importer = importer;
  }

  /** What the form has to send along; undefined for a page that is asked for under a foreign name. */
  tokenFor({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
    return OWN_HOST.test(headers.host ?? '') ? this.#token : undefined;
  }

  /** Never rejects. @param token what the form sent along */
  async import(request: IncomingMessage, token: unknown): Promise<UsbOutcome> {
    const why = this.tokenFor(request) !== token ? 'page-outdated' : this.#isReading ? 'busy' : undefined;
    if (why !== undefined) {
      request.resume();
      return { kind: 'failed', why };
    }
    this.#isReading = true;
    try {
      const file = await fileOf(request);
      if (file === undefined) return { kind: 'failed', why: 'nothing' };
      return { kind: 'imported', counts: await this.#importer.import(piecesOf(file)) };
    } catch (error) {
      return { kind: 'failed', why: whyOf(refusalOf(error)) };
    } finally {
      this.#isReading = false;
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
