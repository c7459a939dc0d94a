import type { FactBoard } from '../facts/fact-board.ts';
import { type Keyring, publicIssuerKeys } from './keyring.ts';

/** Tells the kiosks the trust list as it is. */
export async function publishIssuerKeys(keyring: Keyring, facts: FactBoard): Promise<void> {
  for (const key of publicIssuerKeys(keyring)) {
    await facts.publish({ id: `issuer-key:${key.keyId}`, kind: 'issuer-key', key });
  }
}
