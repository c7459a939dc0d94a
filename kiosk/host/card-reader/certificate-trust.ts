import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { CertificateValidity } from './card-reader.ts';
import { parseCertificate } from './certificate.ts';

/** In the kiosk's data directory: `*.pem`, one or more certificates each, and optionally `policy.json`. */
export const CARD_TRUST_DIRECTORY = 'card-trust';
const POLICY_FILE = 'policy.json';
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const policySchema = z.strictObject({
  /** `accept`: cards are taken although no anchor is there to check them by. Anything else refuses them. */
  withoutAnchors: z.enum(['accept', 'refuse']).default('refuse'),
});

export interface CertificateTrustOptions {
  readonly anchors: readonly X509Certificate[];
  readonly acceptWithoutAnchors?: boolean;
}

/**
 * Whom the kiosk believes when a card shows a certificate. The anchors are the certificates of the authorities that
 * sign the cards' certificates (for the JPKI, the user certification authority and its predecessors). Safe by default:
 * without an anchor nothing is `good`, and only `policy.json` can have cards taken unchecked.
 */
export class CertificateTrust {
  readonly #anchors: readonly X509Certificate[];
  readonly #acceptWithoutAnchors: boolean;

  constructor(options: CertificateTrustOptions) {
    this.#anchors = options.anchors;
    this.#acceptWithoutAnchors = options.acceptWithoutAnchors ?? false;
  }

  /**
   * Reads the folder; one that is not there holds no anchor. A file that cannot be used is left out, and `onUnusable`
   * told its name: the kiosk starts all the same, and trusts less.
   */
  static async load(
    directory: string,
    onUnusable: (file: string) => void = () => undefined,
  ): Promise<CertificateTrust> {
    const names: readonly string[] = await readdir(directory).catch(() => []);
    const anchors: X509Certificate[] = [];
    for (const name of names.filter((one) => one.endsWith('.pem')).sort()) {
      try {
        anchors.push(...authoritiesIn(await readFile(join(directory, name), 'utf8')));
      } catch {
        onUnusable(name);
      }
    }
    const acceptWithoutAnchors = names.includes(POLICY_FILE) && (await acceptsUnchecked(directory, onUnusable));
    return new CertificateTrust({ anchors, acceptWithoutAnchors });
  }

  /**
   * Judges a certificate by its dates and its issuer's signature; `now` in ms since 1970 UTC. Revocation is not asked
   * for: it needs a network and a contract with the authority.
   * @throws CertificateMalformed
   */
  judge(der: Uint8Array, now: number): CertificateValidity {
    const certificate = parseCertificate(der);
    const isSigned = this.#anchors.some((anchor) => isIssuedBy(certificate, anchor));
    if (this.#anchors.length > 0 && !isSigned) return 'untrusted';
    if (this.#anchors.length === 0 && !this.#acceptWithoutAnchors) return 'no-anchors';
    if (now < Date.parse(certificate.validFrom)) return 'not-yet-valid';
    if (now > Date.parse(certificate.validTo)) return 'expired';
    return isSigned ? 'good' : 'unchecked';
  }
}

function isIssuedBy(certificate: X509Certificate, anchor: X509Certificate): boolean {
  try {
    // A certificate that may itself sign others is no resident's.
    return !certificate.ca && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey);
  } catch {
    return false;
  }
}

function authoritiesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(PEM_CERTIFICATE) ?? [];
  const certificates = blocks.map((block) => new X509Certificate(block));
  if (certificates.length === 0 || !certificates.every((certificate) => certificate.ca)) {
    throw new Error('not a certificate of an authority');
  }
  return certificates;
}

async function acceptsUnchecked(directory: string, onUnusable: (file: string) => void): Promise<boolean> {
  try {
    const policy = policySchema.parse(JSON.parse(await readFile(join(directory, POLICY_FILE), 'utf8')));
    return policy.withoutAnchors === 'accept';
  } catch {
    onUnusable(POLICY_FILE);
    return false;
  }
}
