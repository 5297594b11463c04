export { StudyDesk, type StudyOptions } from './desk.ts';
export { StudyFeed } from './study-feed.ts';
