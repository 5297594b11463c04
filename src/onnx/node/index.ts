export { readOnnx } from './read.ts';
