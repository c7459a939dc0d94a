import { setTimeout as pause } from 'node:timers/promises';
import { ApduChannel } from './apdu-channel.ts';
import type { CertificateValidity } from './card-reader.ts';
import { certificateSha256 } from './certificate.ts';
import { type Reading, readContents } from './my-number-applications.ts';
import { CardBusy, CardRemoved, type CardSlot } from './smart-card-service.ts';

/** Windows looks at every new card itself for a moment, and another program may hold it longer. */
const BUSY_TRIES = 20;
const BUSY_PAUSE_MS = 200;

/** What a card was found to be. A My Number card stays powered up, so that no other card can take its place unseen. */
export type CardFound =
  | {
      readonly kind: 'card';
      readonly channel: ApduChannel;
      readonly certificateSha256: string;
      readonly validity: CertificateValidity;
    }
  | { readonly kind: 'phone' | 'other-card' };

/**
 * Powers the card up, finds out what it is and reads its certificate whole (MNC-3).
 * @throws CardRemoved, CardBusy, CardSilent, CardFault, CertificateMalformed
 */
export async function readCard(
  slot: CardSlot,
  reading: Reading,
  judge: (der: Uint8Array) => CertificateValidity,
): Promise<CardFound> {
  const channel = await powerUp(slot);
  let keep = false;
  try {
    const contents = await readContents(channel, reading);
    if (contents.kind !== 'card') return contents;
    const validity = judge(contents.certificate);
    keep = true;
    return { kind: 'card', channel, certificateSha256: certificateSha256(contents.certificate), validity };
  } finally {
    if (!keep) await channel.powerOff();
  }
}

/**
 * Powers up again the card that was read before.
 * @throws CardRemoved when another card has taken its place, and what readCard throws
 */
export async function findAgain(slot: CardSlot, reading: Reading, fingerprint: string): Promise<ApduChannel> {
  const found = await readCard(slot, reading, () => 'unchecked');
  if (found.kind !== 'card') throw new CardRemoved();
  if (found.certificateSha256 === fingerprint) return found.channel;
  await found.channel.powerOff();
  throw new CardRemoved();
}

async function powerUp(slot: CardSlot): Promise<ApduChannel> {
  for (let tries = 1; ; tries += 1) {
    try {
      return new ApduChannel(await slot.connect());
    } catch (cause) {
      if (!(cause instanceof CardBusy) || tries === BUSY_TRIES) throw cause;
      await pause(BUSY_PAUSE_MS);
    }
  }
}
