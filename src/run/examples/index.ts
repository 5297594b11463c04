export { picturedExample, type PicturedExample } from './picture.ts';
export { ExampleProcess, type ExampleSource } from './process.ts';
