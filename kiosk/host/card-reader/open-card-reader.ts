import { join } from 'node:path';
import type { CardReader } from './card-reader.ts';
import { CardReaderSession } from './card-reader-session.ts';
import { CARD_TRUST_DIRECTORY, CertificateTrust } from './certificate-trust.ts';
import type { SmartCardService } from './smart-card-service.ts';

export interface OpenCardReaderOptions {
  readonly dataDirectory: string;
  readonly smartCards: SmartCardService;
  /** Ms since 1970 UTC. */
  readonly now: () => number;
}

/** Opens the machine's card readers, with the trust anchors of the data directory. Never fails: it says what is wrong. */
export async function openCardReader({ dataDirectory, smartCards, now }: OpenCardReaderOptions): Promise<CardReader> {
  const trust = await CertificateTrust.load(join(dataDirectory, CARD_TRUST_DIRECTORY), (file) =>
    console.error(`${CARD_TRUST_DIRECTORY}/${file} cannot be used and is left out.`),
  );
  return new CardReaderSession({ service: smartCards, trust, now });
}
