import { createHmac } from 'node:crypto';
import type { RandomBytes } from '@uketsuke/shared/identifiers';
import { fromBase64url } from '@uketsuke/shared/sealing';
import type { Keyring } from '../identity/keyring.ts';

const BLOCK_BYTES = 32;

/** Where a card's ids, token and sealing come from. */
export interface CardRandomness {
  /** For the token and the card's id. */
  readonly card: RandomBytes;
  /** For the ids of residents: a stream of its own, so that the card's id does not depend on how many there are. */
  readonly residents: RandomBytes;
  /** 32 bytes for what is sealed; left out, the platform's own. */
  readonly ephemeralOf?: (plain: Uint8Array) => Uint8Array<ArrayBuffer>;
}

/**
 * Randomness that comes again, byte for byte, when a request is repeated (CRD-10), and that nobody else can foretell:
 * it is an HMAC under the city's key of the request id, which only the app keeps. So the same request gives the same
 * card without the server remembering anything of it but the card itself.
 * @param subject what is asked for: the card to replace, or none
 */
export function randomnessOfRequest(
  keyring: Pick<Keyring, 'deviceRoot'>,
  requestId: string,
  subject: string,
): CardRandomness {
  const root = mac(fromBase64url(keyring.deviceRoot), 'card-requests');
  const seed = mac(root, JSON.stringify([requestId, subject]));
  return {
    card: streamOf(mac(seed, 'card')),
    residents: streamOf(mac(seed, 'residents')),
    ephemeralOf: (plain) => mac(mac(seed, 'ephemeral'), plain),
  };
}

function streamOf(seed: Uint8Array): RandomBytes {
  let drawn = 0;
  return (length) => {
    const blocks: Uint8Array[] = [];
    for (let have = 0; have < length; have += BLOCK_BYTES) {
      blocks.push(mac(seed, String(drawn)));
      drawn += 1;
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
  };
}

function mac(key: Uint8Array, message: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac('sha256', key).update(message).digest());
}
