export { HUB_CODE_PREFIX, hubCode, isHubCode, readHubCode } from './hub-code.ts';
export { HubCredentialError, type HubExpectations, hubClaimsSchema, verifyHubCredential } from './hub-credential.ts';
export { HUB_PORT } from './hub-port.ts';
