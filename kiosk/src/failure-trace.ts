/**
 * Leaves a trace of a failed write in the console, for whoever looks into it: names and codes of the error and of its
 * causes, never messages, which may hold documents.
 */
export function traceFailure(what: string, cause: unknown): void {
  const chain: string[] = [];
  for (let error = cause; error instanceof Error && chain.length < 5; error = error.cause) {
    chain.push('code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name);
  }
  console.error(`${what}: ${chain.join(' < ') || typeof cause}`);
}
