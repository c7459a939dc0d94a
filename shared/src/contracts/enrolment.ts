import * as z from 'zod';
import { deviceIdSchema, shelterIdSchema } from '../identifiers/identifiers.ts';
import { directoryKeySchema } from '../my-number-card/directory-key.ts';
import { base64urlOf } from '../sealing/base64url.ts';
import type { ContractGroup } from './route-contract.ts';

/** A shelter as kiosks and residents may know it. */
export const shelterFactsSchema = z.strictObject({
  shelterId: shelterIdSchema,
  name: z.string().min(1).max(80),
  kana: z.string().min(1).max(120).optional(),
  address: z.string().min(1).max(160).optional(),
  /** WGS 84 degrees. */
  latitude: z.number().min(-90).max(90).optional(),
  longitude: z.number().min(-180).max(180).optional(),
  capacity: z.int().min(1).optional(),
});
export type ShelterFacts = z.infer<typeof shelterFactsSchema>;

/** A public key of the trust list. A retired key still verifies; a withdrawn one does not. */
export const issuerKeySchema = z.strictObject({
  keyId: z.int().min(1).max(65_535),
  /** Ed25519, 32 bytes, base64url */
  publicKey: base64urlOf(32),
  state: z.enum(['active', 'retired', 'withdrawn']),
});
export type IssuerKey = z.infer<typeof issuerKeySchema>;

/** Twelve characters of Crockford's base32 in three groups, `XXXX-XXXX-XXXX`; read without regard to case and hyphens. */
export const enrolmentCodeSchema = z
  .string()
  .transform((text) =>
    text.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'),
  )
  .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{12}$/));

export const enrolmentRequestSchema = z.strictObject({
  code: enrolmentCodeSchema,
  /** What staff call the laptop, e.g. 受付1. */
  deviceName: z.string().trim().min(1).max(40),
});
export type EnrolmentRequest = z.input<typeof enrolmentRequestSchema>;

/** What a kiosk needs from then on without the server. */
export const enrolmentResponseSchema = z.object({
  deviceId: deviceIdSchema,
  deviceName: z.string(),
  /** Bearer credential: a JWT (RFC 7519) signed by the city, bound to device and shelter. */
  credential: z.string().min(1),
  /** HMAC key of the device's events, 32 bytes, base64url (RCP-6). */
  eventKey: base64urlOf(32),
  city: z.object({ name: z.string() }),
  shelter: shelterFactsSchema,
  issuerKeys: z.array(issuerKeySchema),
  /** Private reception keys, newest first: X25519, 32 bytes, base64url. */
  receptionKeys: z.array(base64urlOf(32)).min(1),
  /** HQ's public recovery key: X25519, 32 bytes, base64url. */
  recoveryPublicKey: base64urlOf(32),
  /** The city's Ed25519 key that signs device credentials: by it a kiosk knows a hub. Kiosks enrolled by an older server have none. */
  credentialPublicKey: base64urlOf(32).optional(),
  /** The shelter's X25519 key to which bundles are sealed; the city's server and the shelter's hub can open them. */
  bundlePublicKey: base64urlOf(32).optional(),
  /** Keys of the card directory, newest first. Kiosks enrolled by an older server have none until they fetch them. */
  cardDirectoryKeys: z.array(directoryKeySchema).min(1).optional(),
});
export type EnrolmentResponse = z.infer<typeof enrolmentResponseSchema>;

/** The keys that all kiosks share and that headquarters rotates. */
export const deviceKeysResponseSchema = z.object({
  /** Rises with every rotation; the fact `device-keys` tells it. */
  version: z.int().min(1),
  /** Newest first. */
  cardDirectoryKeys: z.array(directoryKeySchema).min(1),
});
export type DeviceKeys = z.infer<typeof deviceKeysResponseSchema>;

/** With a code that HQ made for a hub; the hub has made its TLS key and certificate before. */
export const hubEnrolmentRequestSchema = z.strictObject({
  code: enrolmentCodeSchema,
  deviceName: z.string().trim().min(1).max(40),
  /** SHA-256 of the certificate's DER, base64url. The hub's credential names it (HUB-2). */
  certificateSha256: base64urlOf(32),
});
export type HubEnrolmentRequest = z.input<typeof hubEnrolmentRequestSchema>;

/** What a hub needs from then on without the city. */
export const hubEnrolmentResponseSchema = z.object({
  deviceId: deviceIdSchema,
  deviceName: z.string(),
  /** Bearer credential toward the city; secret. */
  credential: z.string().min(1),
  /** What the hub shows to everybody (HUB-2): a JWT with `role: "hub"` that names its certificate and opens nothing. */
  hubIdentity: z.string().min(1),
  /** From it come the event keys of the shelter's devices and the bundle key pair. 32 bytes, base64url. */
  shelterKey: base64urlOf(32),
  /** The city's Ed25519 key that signs device credentials: by it the hub knows kiosks (HUB-1). */
  credentialPublicKey: base64urlOf(32),
  city: z.object({ name: z.string() }),
  shelter: shelterFactsSchema,
  issuerKeys: z.array(issuerKeySchema),
  /** HQ's public recovery key: X25519, 32 bytes, base64url. */
  recoveryPublicKey: base64urlOf(32),
});
export type HubEnrolmentResponse = z.infer<typeof hubEnrolmentResponseSchema>;

/** `/device/v1`: what makes a machine a kiosk or hub of the city, and the keys it is told of later. */
export const deviceContracts = {
  enrolKiosk: {
    method: 'post',
    path: '/device/v1/enrol',
    summary: 'Redeems a one-time code: enrols a kiosk and hands it all it needs from then on.',
    access: 'everyone',
    body: enrolmentRequestSchema,
    answer: { status: 200, body: enrolmentResponseSchema },
    problems: ['enrolment-code-invalid', 'shelter-unknown', 'too-many-attempts', 'conflict'],
  },
  enrolHub: {
    method: 'post',
    path: '/device/v1/enrol-hub',
    summary: "Redeems a one-time code for a hub: hands it the shelter's key and a credential for its certificate.",
    access: 'everyone',
    body: hubEnrolmentRequestSchema,
    answer: { status: 200, body: hubEnrolmentResponseSchema },
    problems: ['enrolment-code-invalid', 'shelter-unknown', 'too-many-attempts', 'conflict'],
  },
  keys: {
    method: 'get',
    path: '/device/v1/keys',
    summary: 'The keys that all kiosks share and that headquarters rotates. Not for hubs.',
    access: 'device',
    answer: { status: 200, body: deviceKeysResponseSchema },
    problems: [],
  },
} as const satisfies ContractGroup;
