/** Sorting the ledger by a column and showing claims by verdict; without it everything is there as well. */
export const script = `
const table = document.querySelector('table.ledger'), body = table.tBodies[0];
for (const button of table.querySelectorAll('th button')) button.addEventListener('click', () => {
  const head = button.parentElement, column = Number(button.dataset.column);
  const down = head.getAttribute('aria-sort') === 'ascending';
  for (const other of table.querySelectorAll('th')) other.setAttribute('aria-sort', 'none');
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const key = (row) => row.cells[column].dataset.value;
  const compare = (a, b) => {
    if (key(a) === '' || key(b) === '') return (key(a) === '') - (key(b) === '');
    const [x, y] = [Number(key(a)), Number(key(b))];
    const order = Number.isNaN(x) || Number.isNaN(y) ? key(a).localeCompare(key(b)) : x - y;
    return down ? -order : order;
  };
  body.append(...[...body.rows].sort(compare));
});
for (const button of document.querySelectorAll('[data-filter]')) button.addEventListener('click', () => {
  const on = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(on));
  for (const row of body.rows) if (row.dataset.verdict === button.dataset.filter) row.hidden = !on;
});
`;
