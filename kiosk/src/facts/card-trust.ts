import type { CardRevocation, CardTrust } from '@uketsuke/shared/card';
import type { EnrolmentResponse, Fact, IssuerKey } from '@uketsuke/shared/contracts';
import { carriesTrust, FactVerifier, provenFacts } from '@uketsuke/shared/facts';
import type { CardId } from '@uketsuke/shared/identifiers';
import { fromBase64url, importSealingPrivateKey, type SealingKey } from '@uketsuke/shared/sealing';
import { WithdrawnDevices } from './withdrawn-devices.ts';

/** What this desk trusts of cards: as enrolled, brought up to date by facts from the server (CRD-1, CRD-8). */
export class KioskCardTrust implements CardTrust {
  readonly issuerKeys = new Map<number, Uint8Array>();
  readonly receptionKeys: readonly SealingKey[];
  readonly withdrawnDevices = new WithdrawnDevices();
  readonly #revoked = new Map<CardId, CardRevocation>();
  /** Null at kiosks that an older server enrolled: they know no hub, and take the city at its word. */
  readonly #verifier: FactVerifier | null;
  #deviceKeysVersion = 0;
  #onDeviceKeys: (version: number) => void = () => undefined;

  private constructor(receptionKeys: readonly SealingKey[], verifier: FactVerifier | null) {
    this.receptionKeys = receptionKeys;
    this.#verifier = verifier;
  }

  static async of(enrolment: EnrolmentResponse): Promise<KioskCardTrust> {
    const keys = enrolment.receptionKeys.map((key) => importSealingPrivateKey(fromBase64url(key)));
    const { credentialPublicKey } = enrolment;
    const verifier = credentialPublicKey === undefined ? null : new FactVerifier(credentialPublicKey);
    const trust = new KioskCardTrust(await Promise.all(keys), verifier);
    for (const key of enrolment.issuerKeys) trust.#takeIssuerKey(key);
    return trust;
  }

  revocationOf = (cardId: CardId): CardRevocation | undefined => this.#revoked.get(cardId);

  /** Those of the facts that the city said, whoever brings them (FCT-1). @param isCity whether the city brings them */
  async provenOf(facts: readonly Fact[], isCity: boolean): Promise<readonly Fact[]> {
    if (this.#verifier !== null) return provenFacts(facts, this.#verifier);
    return isCity ? facts : facts.filter((fact) => !carriesTrust(fact));
  }

  take(fact: Fact): void {
    if (fact.kind === 'revoked-card') {
      this.#revoked.set(fact.cardId, fact.replacedBy === undefined ? 'revoked' : 'superseded');
    }
    if (fact.kind === 'issuer-key') this.#takeIssuerKey(fact.key);
    this.withdrawnDevices.take(fact);
    if (fact.kind === 'device-keys') {
      this.#deviceKeysVersion = fact.version;
      this.#onDeviceKeys(fact.version);
    }
  }

  /** Tells, now and at every change, which version of the kiosks' shared keys the city has; 0 while that is not known. */
  listenForDeviceKeys(listener: (version: number) => void): void {
    this.#onDeviceKeys = listener;
    listener(this.#deviceKeysVersion);
  }

  #takeIssuerKey(key: IssuerKey): void {
    if (key.state === 'withdrawn') this.issuerKeys.delete(key.keyId);
    else this.issuerKeys.set(key.keyId, fromBase64url(key.publicKey));
  }
}
