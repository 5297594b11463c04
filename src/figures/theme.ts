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
}

export type ThemeName = 'light' | 'dark';

/** Blue and orange stay apart for every common kind of colour blindness, and in grey print (dashes tell the floor). */
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
  },
};

/** What the reader's system offers; DejaVu stands in where nothing else is installed. */
export const fontStack = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
