import { messageOf, ThalwegError } from '../base/index.ts';

/** The pixels that every image of a set has. */
export interface ImageFormat {
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** Whether images of another size are scaled and cropped (about the centre) to this one, or refused. */
  readonly resize: boolean;
}

/** Decodes one image into bytes `[channels, height, width]`. */
export type ImageDecoder = (bytes: Uint8Array, path: string) => Promise<Uint8Array<ArrayBuffer>>;

/**
 * A decoder of JPEG, PNG, WebP, GIF, TIFF and AVIF. Grey images are repeated into three channels where three are asked
 * for, colours are mixed to luma where one is; transparency is dropped, pixels stay as they are stored (no rotation).
 * The decoder throws `DATA_INVALID` with `subject` and the path for a damaged image or one of another size.
 */
export async function imageDecoder(subject: string, format: ImageFormat): Promise<ImageDecoder> {
  // Native and large: loaded only where images are decoded.
  const { default: sharp } = await import('sharp');
  const { width, height, channels } = format;
  return async (bytes, path) => {
    const image = sharp(bytes, { failOn: 'error' });
    if (format.resize) image.resize(width, height, { fit: 'cover' });
    const { data, info } = await image
      .removeAlpha()
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
      .catch((error: unknown) => {
        throw new ThalwegError('DATA_INVALID', `${subject}: cannot decode ${path}: ${messageOf(error)}`, {
          cause: error,
        });
      });
    if (info.width !== width || info.height !== height) {
      const got = `${info.width} × ${info.height}`;
      throw new ThalwegError('DATA_INVALID', `${subject}: expected ${width} × ${height} pixels in ${path}, got ${got}`);
    }
    return planes(data, info.channels, channels, width * height);
  };
}

/** From interleaved pixels to planes; a single source channel is repeated. */
function planes(data: Uint8Array, from: number, channels: number, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    const source = Math.min(channel, from - 1);
    for (let pixel = 0; pixel < size; pixel++) out[channel * size + pixel] = data[pixel * from + source]!;
  }
  return out;
}
