import { deviceContracts, keyContracts } from '@uketsuke/shared/contracts';
import { secureRandomBytes } from '@uketsuke/shared/identifiers';
import { decodeJwt } from 'jose';
import type { FactBoard } from '../facts/fact-board.ts';
import { RequestRefusedError } from '../http/request-refused.ts';
import type { Route } from '../http/routes.ts';
import { bearerToken } from '../identity/device-credential.ts';
import type { DeviceDirectory } from '../identity/device-directory.ts';
import { deviceRoute } from '../identity/device-gate.ts';
import type { KeyringStore } from '../identity/keyring-store.ts';
import { type StaffGate, staffRoute } from '../identity/staff-gate.ts';
import { deviceKeysOf, rotateDeviceKeys } from './device-keys.ts';

/** What kiosks ask for. */
export function deviceKeyRoutes(
  devices: Pick<DeviceDirectory, 'authenticate'>,
  keyring: KeyringStore,
): readonly Route[] {
  return [
    deviceRoute(devices, deviceContracts.keys, async ({ request }) => {
      if (!isKiosk(request.headers.authorization)) {
        throw new RequestRefusedError(403, 'device-unknown', 'a hub opens no entry of the card directory');
      }
      return deviceKeysOf(await keyring.refresh());
    }),
  ];
}

/** What headquarters asks for. */
export function deviceKeyStaffRoutes(gate: StaffGate, keyring: KeyringStore, facts: FactBoard): readonly Route[] {
  return [
    staffRoute(gate, keyContracts.deviceKeys, async () => ({
      version: deviceKeysOf(await keyring.refresh()).version,
    })),
    staffRoute(gate, keyContracts.rotateDeviceKeys, async () => ({
      version: (await rotateDeviceKeys(keyring, facts, secureRandomBytes)).version,
    })),
  ];
}

/** Of a credential that was verified before; those of the first servers name no role and are all kiosks'. */
function isKiosk(authorizationHeader: string | undefined): boolean {
  const token = bearerToken(authorizationHeader);
  return token !== undefined && (decodeJwt(token)['role'] ?? 'kiosk') === 'kiosk';
}
