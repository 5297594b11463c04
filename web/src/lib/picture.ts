/** A drawing as one picture with one name: the groups of a plot have labels, but no roles that may have them. */
export function asPicture<Drawing extends Element>(drawing: Drawing, name: string): Drawing {
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-label', name);
  for (const group of drawing.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
  return drawing;
}
