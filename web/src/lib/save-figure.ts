const text = (svg: Element): string => new XMLSerializer().serializeToString(svg);

/** Hands a file to the reader. */
export function saveBlob(blob: Blob, file: string): void {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(blob), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Saves a drawing as `<name>.svg`. */
export const saveSvg = (svg: Element, name: string): void =>
  saveBlob(new Blob([text(svg)], { type: 'image/svg+xml' }), `${name}.svg`);

/** Draws a drawing on a canvas, two pixels for each of its own, and saves it as `<name>.png`. */
export async function savePng(svg: Element, name: string): Promise<void> {
  const address = URL.createObjectURL(new Blob([text(svg)], { type: 'image/svg+xml' }));
  try {
    const image = Object.assign(new Image(), { src: address });
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), {
      width: 2 * image.naturalWidth,
      height: 2 * image.naturalHeight,
    });
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && saveBlob(blob, `${name}.png`), 'image/png');
  } finally {
    URL.revokeObjectURL(address);
  }
}
