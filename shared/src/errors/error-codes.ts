/**
 * Every code of an error that people may be told of, by domain. The unions of codes derive from these lists, and each
 * app's catalogue is tested to have a sentence in both languages for every code that it shows.
 */

/** Why a code shown at a desk is not taken. */
export const CARD_REFUSALS = [
  /** Not a code of this system: a web address, a product code, random text. */
  'not-ours',
  /** One of ours by its beginning, but cut short or altered in reading. */
  'damaged',
  /** A well-formed card sealed to another city's key. */
  'foreign',
  /** Signed by a key that is not on the trust list. */
  'unknown-issuer',
  /** Opened, but the signature is wrong. */
  'forged',
  /** A card format newer than this program. */
  'too-new',
  /** The issuer took the card back. */
  'revoked',
  /** A newer card of the same household has taken its place. */
  'superseded',
] as const;
export type CardRefusal = (typeof CARD_REFUSALS)[number];

/** Why a bundle is not taken. */
export const BUNDLE_REFUSALS = [
  /** Some other file: a picture, a document. */
  'not-a-bundle',
  /** Begins like a bundle, but was cut short or altered. */
  'bundle-damaged',
  /** A bundle of another city or shelter, or of a device that is not known here. */
  'bundle-foreign',
  /** A bundle format newer than this program. */
  'bundle-too-new',
  /** Larger than a bundle may be. */
  'bundle-too-large',
] as const;
export type BundleRefusal = (typeof BUNDLE_REFUSALS)[number];

/** Why a server, a hub or a kiosk's own host refuses a request; in problem answers (RFC 9457). */
export const PROBLEM_CODES = [
  'malformed-request',
  /** The body did not arrive within the time a request may take. */
  'request-too-slow',
  /** The body's media type, character set or content encoding is not taken. */
  'media-type-unsupported',
  /** Nobody is left to answer: for the log only. */
  'client-left',
  'body-too-large',
  'not-found',
  'method-not-allowed',
  'not-signed-in',
  'wrong-credentials',
  /** The one-time password is right and more than a day old: somebody has to make a new one. */
  'one-time-password-expired',
  /** A new password that is among the first to be tried. */
  'password-too-weak',
  'password-change-required',
  'not-allowed',
  'too-many-attempts',
  'device-unknown',
  'device-revoked',
  'enrolment-code-invalid',
  /** From a hub: the kiosk was enrolled by a server that knew no hubs, and must be enrolled anew to use one. */
  'enrolment-outdated',
  'card-unknown',
  'card-revoked',
  'card-too-large',
  /** The request id was used for another household before. */
  'request-id-taken',
  'shelter-unknown',
  'conflict',
  'database-unavailable',
  /** From a kiosk's own host: the hub in use does not answer. */
  'peer-unreachable',
  /** From a kiosk's own host: what answers in the hub's place is not the hub in use. */
  'peer-changed',
  /** As much is being worked on as the server takes at a time: come back after Retry-After. */
  'busy',
  ...BUNDLE_REFUSALS,
  'internal',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What a client finds out by itself about a request that gave nothing. */
export const CLIENT_FAILURES = [
  /** No answer within the time a request may take. */
  'unreachable',
  /** The machine has no network at all. */
  'offline',
  /** An answer that breaks the contract, for example from a proxy in between. */
  'unexpected-answer',
  /** The file to be sent cannot be read from its disk. */
  'file-unreadable',
] as const;
export type ClientFailure = (typeof CLIENT_FAILURES)[number];

/** Why an exchange of a kiosk or hub with the server does not work. */
export const SYNC_FAILURES = [
  /** No answer: refused, cut off, name not found. */
  'unreachable',
  /** Silence for longer than a request may take. */
  'timed-out',
  /** The server answers that it cannot, its database being away among others. */
  'failing',
  /** The server takes in only so much at a time and says when to come back (SYN-12). */
  'busy',
  /** Something answers that is not the server: a proxy's error page, a Wi-Fi sign-in page. */
  'strange',
  /** The server refuses this device. */
  'revoked',
  /** The server does not know the device's credential. */
  'unknown-device',
  /** The request is larger than is taken. */
  'too-large',
] as const;
export type SyncFailureKind = (typeof SYNC_FAILURES)[number];

/** What a kiosk's screen says of an exchange that does not work. */
export const SYNC_TROUBLES = [
  /** This laptop is on no network. */
  'no-network',
  /** No answer at all: name not found, refused, silent, cut off. */
  'server-unreachable',
  /** The peer answers that it cannot now (5xx), is busy, or refuses for an unforeseen reason. */
  'server-failing',
  /** Something answers that is not the peer: a proxy's error page, a Wi-Fi sign-in page. */
  'answers-strangely',
  /** Headquarters has withdrawn this device; it goes on admitting (SYN-7). */
  'device-revoked',
  /** The peer does not know this credential: enrolled elsewhere, or the server was replaced. */
  'device-unknown',
  /** This laptop's own store does not take or give what syncing needs. */
  'store-failed',
  /** No answer and the clock is wrong, which makes TLS certificates look invalid. */
  'clock-off',
] as const;
export type SyncTrouble = (typeof SYNC_TROUBLES)[number];

/** Why a document that was pushed or imported is kept aside. */
export const QUARANTINE_REASONS = [
  'event-malformed',
  'event-too-new',
  'wrong-shelter',
  'unknown-device',
  'not-authentic',
  'id-taken',
  /** Recorded by a device that was revoked before the server saw the event (SYN-7). */
  'device-revoked',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Why a hub's credential does not prove that it is this shelter's hub (HUB-2). */
export const HUB_CREDENTIAL_REFUSALS = [
  /** No such token at all. */
  'malformed',
  /** Not signed by this city. */
  'bad-signature',
  /** Signed by this city, but for something that is no hub. */
  'not-a-hub',
  'other-shelter',
  /** Of a hub with another certificate: somebody stands between, or shows a credential that is not theirs. */
  'other-certificate',
] as const;
export type HubCredentialRefusal = (typeof HUB_CREDENTIAL_REFUSALS)[number];

/** Why what answers at an address may not be used as a kiosk's hub. */
export const HUB_REFUSALS = [
  ...HUB_CREDENTIAL_REFUSALS,
  /** The kiosk was enrolled by a server that knew no hubs. */
  'enrolment-outdated',
  /** Headquarters revoked the hub. */
  'withdrawn',
] as const;
export type HubRefusal = (typeof HUB_REFUSALS)[number];

/** Why a hub could not be enrolled; told to its operator on the terminal. */
export const HUB_ENROLMENT_REFUSALS = [
  'not-enrolled',
  'wrong-details',
  'insecure-address',
  'city-unreachable',
  'code-refused',
  'too-many-attempts',
] as const;
export type HubEnrolmentRefusal = (typeof HUB_ENROLMENT_REFUSALS)[number];

/** What the machine under a kiosk could not do. */
export const KIOSK_HOST_ERROR_CODES = [
  'disk-full',
  'disk-failed',
  'wrong-pin',
  'too-many-attempts',
  'vault-exists',
  'vault-empty',
  'vault-damaged',
  'server-unreachable',
  'enrolment-refused',
  'host-gone',
  'another-window',
  'hub-unreachable',
  'not-a-hub',
] as const;
export type KioskHostErrorCode = (typeof KIOSK_HOST_ERROR_CODES)[number];

/** Why a new PIN for a kiosk's desk is not taken. */
export const PIN_REFUSALS = [
  /** Not 6 to 12 digits. */
  'pin-malformed',
  /** One digit repeated, or a run like 123456. */
  'pin-too-simple',
] as const;
export type PinRefusal = (typeof PIN_REFUSALS)[number];

/** What can be wrong with an entry of a household's form. */
export const ENTRY_PROBLEMS = [
  'name-missing',
  'name-not-printable',
  'name-too-long',
  'kana-not-katakana',
  'kana-too-long',
  'phone-not-a-number',
  'too-many-needs',
  'other-need-too-long',
  'other-need-not-printable',
  'address-missing',
  'address-too-long',
  'address-not-printable',
  'consent-missing',
  'same-person-twice',
  'birth-unreadable',
  'birth-not-a-date',
  'birth-in-future',
  'birth-too-early',
] as const;
export type EntryProblemCode = (typeof ENTRY_PROBLEMS)[number];
