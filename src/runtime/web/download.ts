import { messageOf, ThalwegError } from '../../base/index.ts';

/**
 * Told how much of the runtime has arrived.
 *
 * @param loaded bytes so far, decompressed
 * @param total bytes of the whole file; null where the server does not say
 */
export type OnLoad = (loaded: number, total: number | null) => void;

/** A file of the runtime with its bytes as they arrive. Throws `RUNTIME_UNAVAILABLE`. */
export async function download(address: URL, onLoad: OnLoad = () => undefined): Promise<ArrayBuffer> {
  try {
    const response = await fetch(address);
    if (!response.ok || response.body === null) throw new Error(`expected status 200, got ${response.status}`);
    return await collect(response.body, totalOf(response), onLoad);
  } catch (cause) {
    const message = `runtime: cannot load ${address.href}: ${messageOf(cause)}`;
    throw new ThalwegError('RUNTIME_UNAVAILABLE', message, { cause });
  }
}

/** The length is that of the compressed bytes where the server compresses, and then says nothing of those that arrive. */
function totalOf({ headers }: Response): number | null {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? null : Number(length);
}

async function collect(body: ReadableStream<Uint8Array>, total: number | null, onLoad: OnLoad): Promise<ArrayBuffer> {
  let loaded = 0;
  const counted = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(part, controller) {
        loaded += part.byteLength;
        onLoad(loaded, total);
        controller.enqueue(part);
      },
    }),
  );
  return new Response(counted).arrayBuffer();
}
