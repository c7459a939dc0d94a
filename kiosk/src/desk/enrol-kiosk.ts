import { type RandomBytes, secureRandomBytes } from '@uketsuke/shared/identifiers';
import { toBase64url } from '@uketsuke/shared/sealing';
import type { KioskHost } from '../../host/kiosk-host.ts';
import { KioskHostError } from '../../host/kiosk-host-error.ts';
import { type KioskSecrets, kioskSecretsSchema } from '../reception/kiosk-secrets.ts';
import { PinRefusedError, pinFault } from './pin-rules.ts';

export interface KioskEnrolment {
  readonly host: KioskHost;
  readonly serverUrl: string;
  readonly code: string;
  readonly deviceName: string;
  /** As `pinFault` takes it. */
  readonly pin: string;
  readonly random?: RandomBytes;
}

/**
 * Redeems the code and seals what comes back, with a new data key, under the PIN. An unusable PIN or an existing
 * vault is refused before the code is used up.
 * @throws PinRefusedError, KioskHostError
 */
export async function enrolKiosk(enrolment: KioskEnrolment): Promise<void> {
  const { host, serverUrl, code, deviceName, pin, random = secureRandomBytes } = enrolment;
  const fault = pinFault(pin);
  if (fault !== undefined) throw new PinRefusedError(fault);
  if ((await host.vault.state()) === 'sealed') throw new KioskHostError('vault-exists');
  const response = await host.enrol(serverUrl, { code, deviceName });
  const secrets: KioskSecrets = { enrolment: response, dataKey: toBase64url(random(32)) };
  await host.vault.create(pin, JSON.stringify(secrets));
}

/**
 * Opens the vault.
 * @throws KioskHostError wrong-pin, too-many-attempts, vault-empty, vault-damaged, host-gone
 */
export async function unlockKiosk(host: KioskHost, pin: string): Promise<KioskSecrets> {
  const contents = await host.vault.open(pin);
  try {
    return kioskSecretsSchema.parse(JSON.parse(contents));
  } catch (cause) {
    throw new KioskHostError('vault-damaged', { cause });
  }
}
