import { keyContracts } from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { publishIssuerKeys } from '../identity/issuer-key-facts.ts';
import {
  IssuerKeyUnknownError,
  type Keyring,
  publicIssuerKeys,
  rotateIssuerKey,
  withdrawIssuerKey,
} from '../identity/keyring.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';

/** The issuer keys. Every change is told to the kiosks as facts. */
export function keyRoutes(gate: StaffGate, keyring: KeyringStore, facts: FactBoard): readonly Route[] {
  return [
    staffRoute(gate, keyContracts.issuerKeys, async () => ({ keys: publicIssuerKeys(await keyring.refresh()) })),
    staffRoute(gate, keyContracts.rotateIssuerKey, () =>
      changeKeys(keyring, facts, (keys) => rotateIssuerKey(keys, secureRandomBytes)),
    ),
    staffRoute(gate, keyContracts.withdrawIssuerKey, ({ params }) =>
      changeKeys(keyring, facts, (keys) => withdrawIssuerKey(keys, params.keyId, secureRandomBytes)),
    ),
  ];
}

async function changeKeys(keyring: KeyringStore, facts: FactBoard, change: (keys: Keyring) => Keyring) {
  try {
    const changed = await keyring.change(change);
    await publishIssuerKeys(changed, facts);
    return { keys: publicIssuerKeys(changed) };
  } catch (cause) {
    if (!(cause instanceof IssuerKeyUnknownError)) throw cause;
    throw new RequestRefusedError(404, 'not-found', 'there is no such issuer key', { cause });
  }
}
