/** Folders of the library through which user code builds graphs; their frames are skipped. */
const libraryFrame = /[/\\](?:src|dist)[/\\](?:base|graph|ops|autodiff|runtime)[/\\]|[/\\]node_modules[/\\]|\bnode:/;

/** `file:line:column` of the first frame of a stack that is not the library's own, or undefined. */
export function userFrame(stack: string | undefined): string | undefined {
  for (const line of stack?.split('\n').slice(1) ?? []) {
    const place = /\(?((?:file:\/\/|[/\\]|[A-Za-z]:)[^()]*:\d+:\d+)\)?$/.exec(line.trim())?.[1];
    if (place && !libraryFrame.test(place)) return place.replace(/^file:\/\//, '');
  }
  return undefined;
}
