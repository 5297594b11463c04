import type { FigureTheme } from '../../../src/figures/index.ts';
import type { PlaneSurface } from '../../../src/theory/index.ts';

/** Levels between the lowest and the highest value that are told apart. */
const levels = 14;

/** A surface as a picture of bands, and the particles on it, on a canvas as large as its element. */
export class SurfacePicture {
  readonly #canvas: HTMLCanvasElement;
  readonly #surface: PlaneSurface;
  #ground: HTMLCanvasElement | null = null;
  #theme: FigureTheme | null = null;

  constructor(canvas: HTMLCanvasElement, surface: PlaneSurface) {
    this.#canvas = canvas;
    this.#surface = surface;
  }

  /** Draws the surface and the particles at (x, y). */
  draw(x: Float64Array, y: Float64Array, theme: FigureTheme): void {
    const canvas = this.#canvas;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      this.#ground = null;
    }
    if (theme !== this.#theme) this.#ground = null;
    this.#theme = theme;
    this.#ground ??= this.#paintGround(width, height, theme);
    const context = canvas.getContext('2d')!;
    context.drawImage(this.#ground, 0, 0);
    const { low, high } = this.#surface.box;
    const size = 3 * devicePixelRatio;
    context.fillStyle = theme.floor;
    for (let index = 0; index < x.length; index++) {
      const across = ((x[index]! - low[0]!) / (high[0]! - low[0]!)) * width;
      const down = (1 - (y[index]! - low[1]!) / (high[1]! - low[1]!)) * height;
      context.fillRect(across - size / 2, down - size / 2, size, size);
    }
  }

  /** Bands of equal height; of a surface whose heights differ by orders of magnitude, of its logarithm. */
  #paintGround(width: number, height: number, theme: FigureTheme): HTMLCanvasElement {
    const ground = Object.assign(document.createElement('canvas'), { width, height });
    const context = ground.getContext('2d')!;
    const image = context.createImageData(width, height);
    const heights = this.#heights(width, height);
    const low = heights.reduce((least, value) => Math.min(least, value), Infinity);
    const high = heights.reduce((most, value) => Math.max(most, value), -Infinity);
    const [from, to] = [rgb(context, theme.loss), rgb(context, theme.background)];
    heights.forEach((value, index) => {
      const share = Math.floor(((value - low) / (high - low)) * (levels - 1e-9)) / (levels - 1);
      for (let channel = 0; channel < 3; channel++)
        image.data[4 * index + channel] = from[channel]! + (to[channel]! - from[channel]!) * (0.35 + 0.65 * share);
      image.data[4 * index + 3] = 255;
    });
    context.putImageData(image, 0, 0);
    return ground;
  }

  #heights(width: number, height: number): Float64Array {
    const surface = this.#surface;
    const { box } = surface;
    const [lowX, lowY, highX, highY] = [...box.low, ...box.high] as [number, number, number, number];
    const heights = new Float64Array(width * height);
    for (let row = 0; row < height; row++) {
      const y = highY - ((row + 0.5) / height) * (highY - lowY);
      for (let column = 0; column < width; column++) {
        const x = lowX + ((column + 0.5) / width) * (highX - lowX);
        heights[row * width + column] = surface.value(x, y);
      }
    }
    const least = heights.reduce((a, b) => Math.min(a, b), Infinity);
    const most = heights.reduce((a, b) => Math.max(a, b), -Infinity);
    return most - least > 100 ? heights.map((value) => Math.log10(value - least + 1e-3 * (most - least))) : heights;
  }
}

/** Red, green and blue of a colour as the canvas reads it. */
function rgb(context: CanvasRenderingContext2D, color: string): number[] {
  context.fillStyle = color;
  const text = context.fillStyle;
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}
