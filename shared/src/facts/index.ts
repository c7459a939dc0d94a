export { carriesTrust, FactVerifier, proveFact, provenFacts, type TrustFact } from './fact-proof.ts';
