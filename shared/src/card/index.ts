export * from './card-errors.ts';
export { CARD_VALIDITY_YEARS, type CardClaims, expiresAtMs, issueDayOf, issuedAtMs } from './claims.ts';
export * from './credential.ts';
