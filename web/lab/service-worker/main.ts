/**
 * Keeps the site for when there is no network: all its files when it is installed, but those of the GPU, which are large and stay
 * once they were used. The build puts in names and digest; another digest is another cache.
 */
declare const SITE_FILES: readonly string[];
declare const SITE_DIGEST: string;

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const prefix = 'thalweg-lab-';
const cacheName = prefix + SITE_DIGEST;

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET' && event.request.url.startsWith(scope.registration.scope))
    event.respondWith(answer(event.request));
});

async function install(): Promise<void> {
  await (await caches.open(cacheName)).addAll([...SITE_FILES]);
  await scope.skipWaiting();
}

/** Other sites of this host have caches of their own. */
async function activate(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** A file of this version; what is not kept yet comes from the network, and stays. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const known = await cache.match(request, { ignoreSearch: true });
  if (known) return known;
  const response = await fetch(request);
  if (response.status === 200) await cache.put(request, response.clone());
  return response;
}
