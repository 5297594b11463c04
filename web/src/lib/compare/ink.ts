import type { FittedAxis } from '../../../../src/figures/index.ts';
import type { Picture } from './picture.ts';

/** With more rows than this, painting takes longer than a frame of a gesture can wait. */
const mostRows = 20_000;

/** Where something stands on a canvas, canvas pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The axes between whose limits something was painted. */
export interface Axes {
  readonly x: FittedAxis;
  readonly y: FittedAxis;
}

/**
 * What was painted of a picture, kept as an image. While a window moves over very many curves the image is shown stretched, as maps
 * do: a millisecond, however many there are. When the window rests they are painted again.
 */
export class Ink {
  readonly #canvas = document.createElement('canvas');
  #axes: Axes | null = null;

  /** Limits of what was painted last; null: nothing yet. */
  get axes(): Axes | null {
    return this.#axes;
  }

  /** Whether a window that moves over this picture should have the image instead of the curves. */
  isNeededFor({ curves }: Picture): boolean {
    return this.#axes !== null && curves.reduce((rows, { data }) => rows + data.length, 0) > mostRows;
  }

  /** Paints anew, and puts it onto a canvas. */
  paint(onto: CanvasRenderingContext2D, box: Box, axes: Axes, draw: (context: CanvasRenderingContext2D) => void): void {
    const canvas = this.#canvas;
    // Setting a size clears a canvas too.
    [canvas.width, canvas.height] = [Math.ceil(box.width), Math.ceil(box.height)];
    draw(canvas.getContext('2d')!);
    this.#axes = axes;
    onto.drawImage(canvas, box.left, box.top);
  }

  /** Puts what was painted before onto a canvas, where its limits stand now. */
  stretch(onto: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number): void {
    onto.drawImage(this.#canvas, left, top, right - left, bottom - top);
  }
}
