export * from './at-rest.ts';
export * from './base64url.ts';
export * from './canonical-json.ts';
export * from './hpke.ts';
