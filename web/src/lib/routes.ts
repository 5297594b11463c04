/** The tabs of a run, in their order. */
export const runTabs = [
  'overview',
  'walk',
  'curvature',
  'noise',
  'margins',
  'losses',
  'landscape',
  'checkpoints',
  'log',
  'specification',
] as const;
export type RunTab = (typeof runTabs)[number];

/** What theory has views of, in their order. */
export const theoryTopics = ['surface', 'quadratic', 'losses', 'simplex'] as const;
export type TheoryTopic = (typeof theoryTopics)[number];
/** The papers, by the letters that stand in addresses. */
export const paperNames = ['w', 'g', 'm', 'f', 'r'] as const;
export type PaperName = (typeof paperNames)[number];

/** What changes in a query: null takes a key away. */
export type QueryPatch = Readonly<Record<string, string | null>>;

/** The views of the page. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string; readonly tab: RunTab }
  | { readonly view: 'theory'; readonly topic: TheoryTopic }
  | { readonly view: 'trash' }
  | { readonly view: 'new' }
  | { readonly view: 'studies' }
  | { readonly view: 'paper'; readonly paper: PaperName }
  | { readonly view: 'compare' }
  | { readonly view: 'sweeps' }
  | { readonly view: 'sweep'; readonly name: string }
  | { readonly view: 'queue' }
  | { readonly view: 'unknown' };

/** What an address shows. */
export function parseRoute(path: string): Route {
  const parts = path.replace(/\/$/, '').split('/').slice(1).map(decoded);
  const [first, second, third, ...rest] = parts;
  if (parts.includes(null) || rest.length > 0) return { view: 'unknown' };
  if (first === undefined) return { view: 'runs' };
  if (first === 'trash' && second === undefined) return { view: 'trash' };
  if (first === 'new' && parts.length === 1) return { view: 'new' };
  if (first === 'runs' && second) {
    const tab = third ?? 'overview';
    return isRunTab(tab) ? { view: 'run', id: second, tab } : { view: 'unknown' };
  }
  if (first === 'theory' && third === undefined) {
    const topic = second ?? 'surface';
    return isTheoryTopic(topic) ? { view: 'theory', topic } : { view: 'unknown' };
  }
  if (first === 'studies' && third === undefined) {
    if (second === undefined) return { view: 'studies' };
    const paper = paperNames.find((name) => name === second?.toLowerCase());
    if (paper) return { view: 'paper', paper };
  }
  if (first === 'compare' && second === undefined) return { view: 'compare' };
  if (first === 'queue' && second === undefined) return { view: 'queue' };
  if (first === 'sweeps' && third === undefined) return second ? { view: 'sweep', name: second } : { view: 'sweeps' };
  return { view: 'unknown' };
}

const isTheoryTopic = (name: string): name is TheoryTopic => theoryTopics.some((topic) => topic === name);
const isRunTab = (name: string): name is RunTab => runTabs.some((tab) => tab === name);

/** Null where a part is no text that was encoded for an address. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The address of a run; also the path of its resource under /api. */
export const runAddress = (id: string, tab: RunTab = 'overview'): string =>
  `/runs/${encodeURIComponent(id)}${tab === 'overview' ? '' : `/${tab}`}`;

export const theoryAddress = (topic: TheoryTopic = 'surface'): string =>
  topic === 'surface' ? '/theory' : `/theory/${topic}`;

/** The address of a paper; without one, of all. */
export const studyAddress = (paper?: string): string =>
  paper === undefined ? '/studies' : `/studies/${paper.toLowerCase()}`;

/** The address of a sweep, also the path of its resource under /api; without a name, of all. */
export const sweepAddress = (name?: string): string =>
  name === undefined ? '/sweeps' : `/sweeps/${encodeURIComponent(name)}`;
