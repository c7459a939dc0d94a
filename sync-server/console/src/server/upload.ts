/** How much of an upload has left this machine, from 0 to 1. */
export type UploadProgress = (part: number) => void;

/** Sends a file and says how far it got; rejects when there is no answer. */
export type Upload = (
  path: string,
  file: Blob,
  headers: Readonly<Record<string, string>>,
  onProgress: UploadProgress,
) => Promise<Response>;

/** Longest time an upload may take, with what the server does with it: ms. */
const UPLOAD_TIMEOUT_MS = 10 * 60 * 1_000;

/** Sends with XMLHttpRequest: `fetch` does not tell how much of a body was sent. */
export const uploadFile: Upload = (path, file, headers, onProgress) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.timeout = UPLOAD_TIMEOUT_MS;
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.upload.addEventListener('load', () => onProgress(1));
    for (const failure of ['error', 'timeout', 'abort']) {
      request.addEventListener(failure, () => reject(new Error(failure)));
    }
    request.addEventListener('load', () => {
      const answered = new Headers();
      for (const name of ['content-type', 'date', 'retry-after']) {
        const value = request.getResponseHeader(name);
        if (value !== null) answered.set(name, value);
      }
      resolve(new Response(request.responseText, { status: request.status, headers: answered }));
    });
    request.send(file);
  });
