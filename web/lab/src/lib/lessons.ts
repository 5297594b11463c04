/** The lessons in their order: the name in the address, the title, what it asks, and the rows of the documentation that judge it. */
export const lessons = [
  {
    name: 'walk',
    title: 'The walk',
    question: 'Does a network slide down a slope, or bounce between the walls of a valley?',
    rows: ['W-interp', 'W-cos', 'W-dist', 'W-barrier', 'W-height'],
  },
  {
    name: 'sharpness',
    title: 'Sharpness against 2/η',
    question: 'How steep do the walls become when the step stays as long as it is?',
    rows: ['W-sharp'],
  },
  {
    name: 'noise',
    title: 'Noise of a mini-batch',
    question: 'How much of a step is the slope, and how much the luck of the draw?',
    rows: ['W-noise', 'W-cov', 'F-table'],
  },
  {
    name: 'margins',
    title: 'Margins',
    question: 'How clearly does a network decide, and what has the batch size to do with it?',
    rows: ['M-batch', 'M-aceht'],
  },
  {
    name: 'valley',
    title: 'A quadratic valley',
    question: 'What does one step do, where everything can be computed?',
    rows: ['W-quad'],
  },
  {
    name: 'langevin',
    title: 'Noise in two dimensions',
    question: 'Where do a thousand walkers end up when noise shakes them?',
    rows: ['R-surface', 'R-sgdl', 'R-boltz'],
  },
  {
    name: 'losses',
    title: 'Shapes of losses',
    question: 'Which examples does a loss listen to?',
    rows: ['G-ce', 'G-gcdf', 'G-hinge'],
  },
  {
    name: 'confidence',
    title: 'Confidence and curvature',
    question: 'Why is a confident classifier flat, even where it is wrong?',
    rows: ['M-simplex', 'M-bound'],
  },
] as const;

export type LessonName = (typeof lessons)[number]['name'];
