export { measurePoint, type MeasuredPoint, type PointHooks, type PointRequest } from './measure-point.ts';
