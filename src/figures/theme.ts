/** Colours of a figure. Blue is loss, orange the valley floor; everything else is ink of three strengths. */
export interface FigureTheme {
  readonly name: ThemeName;
  readonly background: string;
  /** Text and curves that are neither loss nor floor. */
  readonly ink: string;
  /** Axis labels and captions; at least 4.5 : 1 against the background. */
  readonly muted: string;
  readonly grid: string;
  /** Vertical lines at iterations. */
  readonly iteration: string;
  readonly loss: string;
  readonly floor: string;
  /** Loss of single mini-batches, behind the training loss. */
  readonly faint: string;
  /** Colours of unordered groups, in the order in which they are taken. */
  readonly categories: readonly string[];
  /** Stops of a scale for ordered groups and for heights, from low to high. */
  readonly sequence: readonly string[];
}

/** The colours of a theme that have a name of their own. */
export type ThemeColor = Exclude<keyof FigureTheme, 'name' | 'categories' | 'sequence'>;

export type ThemeName = 'light' | 'dark';

/**
 * Blue and orange stay apart for every common kind of colour blindness, and in grey print (dashes tell the floor).
 * Categories are Okabe and Ito's, their pale ones darkened on white and their dark ones lightened on black to 3 : 1 against the
 * background; the sequence is viridis without the end that would sink into the background.
 */
export const figureThemes: Readonly<Record<ThemeName, FigureTheme>> = {
  light: {
    name: 'light',
    background: '#ffffff',
    ink: '#1b2530',
    muted: '#586472',
    grid: '#e9edf0',
    iteration: '#d3dae0',
    loss: '#1b62ad',
    floor: '#d55e00',
    faint: '#b3cde6',
    categories: ['#0072b2', '#d55e00', '#009e73', '#c2639a', '#b98100', '#2f96d0', '#1b2530'],
    sequence: ['#3da764', '#28a384', '#21898d', '#2c6f8e', '#3b528b', '#472e7c', '#440154'],
  },
  dark: {
    name: 'dark',
    background: '#11161c',
    ink: '#e4eaf0',
    muted: '#9ba8b5',
    grid: '#222b34',
    iteration: '#323e4a',
    loss: '#68b0f2',
    floor: '#fb9a45',
    faint: '#2d4e6e',
    categories: ['#4aa5e6', '#fb8a4a', '#2fc79b', '#e39cc6', '#eab53c', '#a9dcfb', '#e4eaf0'],
    sequence: ['#3f75a8', '#2f8fa3', '#25a594', '#3fbc73', '#7fd34e', '#c0df3a', '#fde725'],
  },
};

/** What the reader's system offers; DejaVu stands in where nothing else is installed. */
export const fontStack = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
