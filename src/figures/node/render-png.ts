import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';
import { messageOf, ThalwegError } from '../../base/index.ts';

const require = createRequire(import.meta.url);
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * A PNG of an SVG from {@link renderSvg}. `scale`: pixels of the image per pixel of the figure (default 2). Letters
 * are DejaVu Sans, which comes with Thalweg, so that the image is the same on a machine without fonts. Throws `USAGE` for
 * a scale outside (0, 8].
 */
export function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Uint8Array {
  if (!(scale > 0 && scale <= 8)) throw new ThalwegError('USAGE', `png: expected a scale in (0, 8], got ${scale}`);
  try {
    return new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: {
        loadSystemFonts: false,
        fontFiles: fontFiles.map((file) => require.resolve(`dejavu-fonts-ttf/ttf/${file}`)),
        defaultFontFamily: 'DejaVu Sans',
        sansSerifFamily: 'DejaVu Sans',
      },
    })
      .render()
      .asPng();
  } catch (cause) {
    throw new ThalwegError('INTERNAL', `internal: png: ${messageOf(cause)}`, { cause });
  }
}
