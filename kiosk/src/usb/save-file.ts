/** Browsers need the address for a while after the click. */
const KEPT_MS = 60_000;

/** Saves a file as the browser saves downloads. */
export function saveFile(file: { readonly name: string; readonly blob: Blob }): void {
  const address = URL.createObjectURL(file.blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
