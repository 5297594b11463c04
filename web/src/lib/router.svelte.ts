/** Where the page stands. Every view has an address of its own, so that a reload or a link shows the same thing. */
export type Route =
  { readonly view: 'runs' } | { readonly view: 'run'; readonly id: string } | { readonly view: 'unknown' };

function routeOf(path: string): Route {
  if (path === '/') return { view: 'runs' };
  const id = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  return id === undefined ? { view: 'unknown' } : { view: 'run', id: decodeURIComponent(id) };
}

class Router {
  route = $state.raw<Route>(routeOf(location.pathname));

  constructor() {
    addEventListener('popstate', () => this.#read());
    addEventListener('click', (event) => this.#follow(event));
  }

  #read(): void {
    this.route = routeOf(location.pathname);
  }

  /** Follows links within the page without loading it again; clicks that mean "elsewhere" stay the browser's. */
  #follow(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest('a');
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.pathname.startsWith('/api/') || link.hash) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.#read();
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus();
  }
}

export const router = new Router();
export const runAddress = (id: string): string => `/runs/${encodeURIComponent(id)}`;
