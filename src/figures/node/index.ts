export { renderPng } from './render-png.ts';
export { renderSvg } from './render-svg.ts';
