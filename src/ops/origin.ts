/** `file:line:column` of one line of a stack trace, without `file://`. */
function placeOf(line: string): string | undefined {
  const place = /(?:^|[\s(])((?:file:\/\/|[/\\]|[A-Za-z]:[/\\])[^()]*:\d+:\d+)\)?$/.exec(line.trim())?.[1];
  return place && pathOf(place);
}

function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url;
  const path = decodeURI(url.slice('file://'.length));
  return /^\/[A-Za-z]:/.test(path) ? path.slice(1) : path;
}

/** The folder of the library's own folders. */
const library = pathOf((import.meta as { readonly url?: string }).url ?? '').replace(/[^/]*\/[^/]*$/, '');
/** Folders that make or change graphs: never where a mistake was made, also when no user's code is in sight. */
const machinery = /^(?:base|graph|ops|autodiff|runtime)\//;

const isForeign = (place: string): boolean => /[/\\]node_modules[/\\]/.test(place);
const isLibrary = (place: string): boolean => library !== '' && place.startsWith(library);
const isMachinery = (place: string): boolean => isLibrary(place) && machinery.test(place.slice(library.length));

/**
 * `file:line:column` of the user's code in a stack trace: the first place outside of the library. A trace that ends
 * before gives the first place outside of what makes graphs (a layer, say), or undefined.
 */
export function userFrame(stack: string | undefined): string | undefined {
  const lines = stack?.split('\n').slice(1) ?? [];
  const places = lines.map(placeOf).filter((place) => place !== undefined && !isForeign(place)) as string[];
  return places.find((place) => !isLibrary(place)) ?? places.find((place) => !isMachinery(place));
}
