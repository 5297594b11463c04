/** Milliseconds between two looks whether the server is there again. */
const pause = 2000;

/**
 * A part of the page that is loaded when it is needed. Where that fails, the server was away, or has another version of the page
 * by now: as soon as it answers, the page is loaded again, which shows the same, for its state stands in its address.
 */
export const lazily = <T>(load: () => Promise<T>): Promise<T> => load().catch(reloadWhenBack);

async function reloadWhenBack(): Promise<never> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    const answer = await fetch(location.href).catch(() => null);
    if (answer?.ok !== true) continue;
    location.reload();
    return new Promise(() => undefined);
  }
}
