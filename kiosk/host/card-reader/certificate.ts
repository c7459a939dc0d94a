import { createHash, X509Certificate } from 'node:crypto';
import { CodedError } from '@uketsuke/shared/coded-error';

/** The bytes are not a certificate. The message never holds what was read. */
export class CertificateMalformed extends CodedError<'certificate-malformed'> {
  override readonly name = 'CertificateMalformed';
  constructor(options?: ErrorOptions) {
    super('certificate-malformed', 'not a certificate', options);
  }
}

/** Certificates of the JPKI have about 2,000 bytes; a longer one than this is none. */
const CERTIFICATE_MAX_BYTES = 16_384;

/**
 * Length of the DER certificate that begins with these bytes (at least 4 of them): a SEQUENCE with a length of two
 * bytes, as every certificate of 256 bytes to 64 KB is (X.690 §8.1.3).
 * @throws CertificateMalformed
 */
export function certificateLength(head: Uint8Array): number {
  const [tag, form, high, low] = head;
  if (tag !== 0x30 || form !== 0x82 || high === undefined || low === undefined) throw new CertificateMalformed();
  const length = 4 + ((high << 8) | low);
  if (length > CERTIFICATE_MAX_BYTES) throw new CertificateMalformed();
  return length;
}

/** @throws CertificateMalformed */
export function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der);
    // Not parsed before it is asked for.
    void certificate.publicKey;
    if (!Number.isNaN(Date.parse(certificate.validFrom)) && !Number.isNaN(Date.parse(certificate.validTo))) {
      return certificate;
    }
  } catch (cause) {
    throw new CertificateMalformed({ cause });
  }
  throw new CertificateMalformed();
}

/** base64url of the SHA-256 of the whole certificate: the card's fingerprint, never stored or logged as such (MNC-2). */
export function certificateSha256(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('base64url');
}
