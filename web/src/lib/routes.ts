/** The tabs of a run, in their order. */
export const runTabs = ['overview', 'walk', 'log', 'specification'] as const;
export type RunTab = (typeof runTabs)[number];

/** The views of the page. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string; readonly tab: RunTab }
  | { readonly view: 'compare' }
  | { readonly view: 'unknown' };

/** What an address shows. */
export function parseRoute(path: string): Route {
  const parts = path.replace(/\/$/, '').split('/').slice(1).map(decoded);
  const [first, second, third, ...rest] = parts;
  if (parts.includes(null) || rest.length > 0) return { view: 'unknown' };
  if (first === undefined) return { view: 'runs' };
  if (first === 'runs' && second) {
    const tab = third ?? 'overview';
    return isRunTab(tab) ? { view: 'run', id: second, tab } : { view: 'unknown' };
  }
  if (first === 'compare' && second === undefined) return { view: 'compare' };
  return { view: 'unknown' };
}

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
