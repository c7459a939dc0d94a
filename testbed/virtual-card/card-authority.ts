import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;
/** The text of the policy notice brings a certificate to the size of the real ones, 1.6 to 2 KB. */
const NOTICE = 'これは試験用の証明書です。実在の認証局とは関係がありません。'.repeat(8);
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1000;

export interface CertificateDates {
  /** Ms since 1970 UTC. */
  readonly from: number;
  readonly to: number;
}

/** A certification authority of our own, made afresh: it signs the virtual cards' certificates. Nothing is copied. */
export class CardAuthority {
  readonly pem: string;
  readonly #certificate: x509.X509Certificate;
  readonly #keys: CryptoKeyPair;
  readonly #residentKeys: CryptoKeyPair;
  #issued = 0;

  private constructor(certificate: x509.X509Certificate, keys: CryptoKeyPair, residentKeys: CryptoKeyPair) {
    this.#certificate = certificate;
    this.#keys = keys;
    this.#residentKeys = residentKeys;
    this.pem = certificate.toString('pem');
  }

  static async make(now: number = Date.now()): Promise<CardAuthority> {
    x509.cryptoProvider.set(crypto);
    const [keys, residentKeys] = await Promise.all([makeKeys(), makeKeys()]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: 'C=JP, O=Uketsuke Test, OU=Test CA for user authentication',
      notBefore: new Date(now - 5 * YEAR_MS),
      notAfter: new Date(now + 15 * YEAR_MS),
      signingAlgorithm: RSA,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new CardAuthority(certificate, keys, residentKeys);
  }

  /** A user-authentication certificate (DER), each with a number of its own. The residents share one key pair. */
  async issue(dates: Partial<CertificateDates> = {}): Promise<Uint8Array> {
    this.#issued += 1;
    const number = String(this.#issued).padStart(26, '0');
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: this.#issued.toString(16).padStart(8, '0'),
      subject: `C=JP, O=Uketsuke Test, CN=${number}`,
      issuer: this.#certificate.subject,
      notBefore: new Date(dates.from ?? Date.now() - YEAR_MS),
      notAfter: new Date(dates.to ?? Date.now() + 4 * YEAR_MS),
      signingAlgorithm: RSA,
      publicKey: this.#residentKeys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        await x509.SubjectKeyIdentifierExtension.create(this.#residentKeys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#keys.publicKey),
        new x509.Extension('2.5.29.32', false, policyNotice(NOTICE)),
      ],
    });
    return new Uint8Array(certificate.rawData);
  }
}

function makeKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
}

/** CertificatePolicies (RFC 5280 §4.2.1.4): one policy with a user notice of this text. */
function policyNotice(text: string): Uint8Array<ArrayBuffer> {
  const explicitText = der(0x0c, new TextEncoder().encode(text));
  const notice = der(0x30, der(0x06, Uint8Array.of(0x2b, 6, 1, 5, 5, 7, 2, 2)), der(0x30, explicitText));
  const policy = der(0x30, der(0x06, Uint8Array.of(0x2a, 0x03, 0x04)), der(0x30, notice));
  return der(0x30, policy);
}

function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...head, ...content]);
}
