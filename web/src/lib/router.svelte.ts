import { parseRoute } from './routes.ts';
import type { QueryPatch, Route } from './routes.ts';

/** Browsers refuse an address that changes too often, as under a slider that is drawn: milliseconds between two changes. */
const addressInterval = 150;

/**
 * Where the page stands. Every view has an address of its own, and what a reader chose in it (tab, selection, window,
 * grouping) lies in the query, so that a reload or a link shows the same thing.
 */
class Router {
  route = $state.raw<Route>(parseRoute(location.pathname));
  query = $state.raw<URLSearchParams>(new URLSearchParams(location.search));
  #pending: ReturnType<typeof setTimeout> | undefined;
  #replaced = -Infinity;

  constructor() {
    addEventListener('popstate', () => this.#read());
    addEventListener('click', (event) => this.#follow(event));
  }

  /** Goes to an address of this page. */
  go(address: string): void {
    this.#settle();
    history.pushState(null, '', address);
    this.#read();
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('main')?.focus();
  }

  /** The address of what is shown now with another query. */
  addressWith(patch: QueryPatch): string {
    const query = new URLSearchParams(this.query);
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) query.delete(key);
      else query.set(key, value);
    }
    const text = query.toString();
    return location.pathname + (text && `?${text}`);
  }

  /** Changes the query where the reader stands; a choice that Back should undo is a `step`. */
  set(patch: QueryPatch, { step = false }: { readonly step?: boolean } = {}): void {
    const address = this.addressWith(patch);
    // What is chosen already is no change: whoever follows the query would be asked again, and again.
    if (address === this.addressWith({})) return;
    this.query = new URLSearchParams(address.slice(location.pathname.length));
    clearTimeout(this.#pending);
    this.#pending = undefined;
    if (step) history.pushState(null, '', address);
    else this.#replace(address);
  }

  /** Writes an address that waits, before another one comes behind it: Back leads to what was seen last. */
  #settle(): void {
    if (this.#pending === undefined) return;
    clearTimeout(this.#pending);
    this.#pending = undefined;
    history.replaceState(null, '', this.addressWith({}));
  }

  #replace(address: string): void {
    const wait = this.#replaced + addressInterval - performance.now();
    if (wait > 0) {
      this.#pending = setTimeout(() => this.#replace(address), wait);
      return;
    }
    this.#pending = undefined;
    this.#replaced = performance.now();
    history.replaceState(null, '', address);
  }

  #read(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.route = parseRoute(location.pathname);
    this.query = new URLSearchParams(location.search);
  }

  /** Follows links within the page without loading it again; clicks that mean "elsewhere" stay the browser's. */
  #follow(event: MouseEvent): void {
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || event.button !== 0 || !isPlain) return;
    const link = (event.target as Element).closest('a');
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.pathname.startsWith('/api/') || link.hash) return;
    event.preventDefault();
    this.go(link.href);
  }
}

export const router = new Router();
