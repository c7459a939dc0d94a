/** Smaller bodies gain nothing by it. */
const COMPRESSED_FROM_CHARACTERS = 1_024;

/** A JSON body and the headers that go with it; gzip (RFC 1952) where it is worth it and this platform can. */
export async function requestBody(json: string): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = { 'content-type': 'application/json' };
  if (json.length < COMPRESSED_FROM_CHARACTERS || typeof CompressionStream === 'undefined') {
    return { body: json, headers };
  }
  const compressed = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'));
  const body = await new Response(compressed).arrayBuffer();
  return { body, headers: { ...headers, 'content-encoding': 'gzip' } };
}
