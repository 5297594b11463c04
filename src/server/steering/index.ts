export { checkOf, specificationOf } from './source.ts';
export { Trainers, type TrainersOptions } from './trainers.ts';
