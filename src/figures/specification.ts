import type { PlotOptions } from '@observablehq/plot';
import type { FigureChoices } from '../contract/index.ts';
import type { FigureTheme, ThemeName } from './theme.ts';

/** Grey lines at iterations are drawn while there are at most this many in view. */
export const maximumIterationLines = 200;

/** Shapes of points, told apart without colour. */
export type MarkerShape = 'circle' | 'square' | 'triangle' | 'diamond';

/**
 * One entry of a legend: a sample and a label. The sample is a stroke (the default), or what `symbol` says: a filled point, a hollow one
 * (`ring`), a filled area, a scale of colours (`ramp`), or none (a word that introduces the entries after it).
 */
export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  /** SVG dash pattern; a solid stroke when absent. */
  readonly dash?: string;
  readonly symbol?: 'stroke' | 'point' | 'ring' | 'area' | 'ramp' | 'none';
  /** Shape of a point or ring; default: circle. */
  readonly shape?: MarkerShape;
  /** Colours of a ramp from low to high. */
  readonly ramp?: readonly string[];
}

/** One panel: a heading, and a plot without any text but its axes. */
export interface FigurePanel {
  readonly title: string;
  /** Unit of the vertical axis as it is printed, or null for a plain number. */
  readonly unit: string | null;
  readonly legend: readonly LegendEntry[];
  /** What a reader must know that the marks do not show: values left out, and how many. */
  readonly notes: readonly string[];
  readonly plot: PlotOptions;
  /** Height of the plot without its heading, pixels. */
  readonly height: number;
  /** Iterations along the horizontal axis, from its left end to its right one; absent where something else stands there. */
  readonly iterations?: readonly [from: number, to: number];
}

/** A whole figure: panels in a grid, row by row. Data only; a renderer draws it. */
export interface FigureSpecification {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  /** Pixels. Each column has the same part of it. */
  readonly width: number;
  readonly theme: FigureTheme;
  /** Panels beside each other; 1: all below each other. */
  readonly columns: number;
  /** What all panels share. */
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly FigurePanel[];
}

/** How a figure is drawn. */
export interface FigureLook {
  /** Width in pixels (default 880). */
  readonly width?: number;
  /** Default: light. */
  readonly theme?: ThemeName;
}

/** How a figure of a run is drawn, and which part of the run it shows. A figure takes the choices that its description names. */
export interface FigureOptions extends FigureLook, FigureChoices {
  /** Iterations shown, both ends included (default: everything that was recorded). */
  readonly window?: readonly [from: number, to: number];
}

/** What stands above a figure. */
export interface FigureCaption {
  readonly title: string;
  readonly subtitle: string;
}

export const defaultWidth = 880;
/** Dashes of the valley floor: the same in figures and on the page. */
export const floorDash = '6 4';
/** Dashes of the validation set's curves, which lie close to the test set's: the same in figures and on the page. */
export const validationDash = '3 3';
