export { EventStream } from './event-stream.ts';
export { JobsFeed } from './jobs-feed.ts';
export { ListFeed } from './list-feed.ts';
export { RunFeed } from './run-feed.ts';
