/** Puts the focus into the field of a key, or of the nearest key above it that has one; what hides it is opened. */
export function focusField(path: readonly PropertyKey[]): void {
  for (let depth = path.length; depth > 0; depth--) {
    const field = document.getElementById(`field-${path.slice(0, depth).map(String).join('.')}`);
    if (!field) continue;
    field.closest('details')?.setAttribute('open', '');
    field.focus();
    field.scrollIntoView({ block: 'center' });
    return;
  }
}
