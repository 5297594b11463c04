/** Whether the site needs the network no more. */
export const offline = $state({ ready: false });

/** Lets the service worker keep the site's files, once the page itself has everything. Where there is none, the page works all the same. */
export function keepForOffline(): void {
  if (!('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  addEventListener('load', () => {
    void serviceWorker
      .register('./service-worker.js')
      .then(() => serviceWorker.ready)
      .then(() => (offline.ready = true))
      .catch(() => undefined);
  });
}
