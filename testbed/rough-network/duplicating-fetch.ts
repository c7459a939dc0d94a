/**
 * A `fetch` that sends some requests twice, as a network or a hurried proxy may: the first answer is thrown away and
 * the second given. `isDoubled` is asked for each request that carries a body.
 */
export function duplicatingFetch(send: typeof fetch, isDoubled: () => boolean): typeof fetch {
  return async (input, init) => {
    if (init?.method !== 'POST' || !isDoubled()) return send(input, init);
    const body = init.body instanceof ReadableStream ? await new Response(init.body).arrayBuffer() : init.body;
    const again: RequestInit = { ...init, ...(body === undefined ? {} : { body }) };
    const first = await send(input, again);
    await first.arrayBuffer();
    return send(input, again);
  };
}
