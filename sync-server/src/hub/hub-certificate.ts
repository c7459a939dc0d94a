import 'reflect-metadata';
import { createHash, X509Certificate } from 'node:crypto';
import { PemConverter, X509CertificateGenerator } from '@peculiar/x509';
import { toBase64url } from '@uketsuke/shared/sealing';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Kiosks trust the certificate by its hash, not by its dates: a wrong clock must not cut the shelter off. */
const VALID_YEARS = 30;
const BACKDATED_MS = 2 * 24 * 60 * 60 * 1_000;

/** A TLS key and its certificate, PEM. */
export interface HubCertificate {
  readonly privateKey: string;
  readonly certificate: string;
}

/**
 * Makes a new ECDSA P-256 key and a self-signed certificate. Names in it mean nothing: a hub's address is whatever
 * the shelter's router gives it, and kiosks pin the certificate (HUB-2).
 * @param nowMs ms since 1970 UTC
 */
export async function newHubCertificate(nowMs: number): Promise<HubCertificate> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const from = new Date(nowMs - BACKDATED_MS);
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + VALID_YEARS);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: randomSerial(),
      name: 'CN=Uketsuke hub',
      notBefore: from,
      notAfter: until,
      signingAlgorithm: ALGORITHM,
      keys,
    },
    crypto,
  );
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { privateKey: PemConverter.encode(pkcs8, 'PRIVATE KEY'), certificate: certificate.toString('pem') };
}

/** SHA-256 of a PEM certificate's DER, base64url: what a hub's credential names. */
export function certificateSha256(certificate: string): string {
  return toBase64url(createHash('sha256').update(new X509Certificate(certificate).raw).digest());
}

/** Sixteen random bytes in hex, the first below 0x80, so that the number is positive (RFC 5280 §4.1.2.2). */
function randomSerial(): string {
  const bytes = Buffer.from(crypto.getRandomValues(new Uint8Array(16)));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes.toString('hex');
}
