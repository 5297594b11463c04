/** Hands a file to the reader. */
export function download(name: string, type: string, content: Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it once the click is done.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
